// Finding and reading rule files. The only part of the front end that touches the file system.
#include "dsl/frontend.h"
#include "dsl/limits.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace sequitur::dsl {

namespace {

namespace fs = std::filesystem;

// Of a folder's: to open a named pipe would take until somebody writes to it.
bool is_no_file(const fs::path& path) {
    std::error_code fault;
    const fs::file_status status = fs::status(path, fault);
    return fs::exists(status) && !fs::is_regular_file(status);
}

Result<RuleFile> read_file(const fs::path& path) {
    std::ifstream stream(path, std::ios::binary);
    if (!stream) return fail(Error::Code::kIo, path.string() + ": cannot be opened", errno);
    RuleFile file;
    file.name = path.string();
    // One byte more than allowed, so that the reader sees that it is too much.
    std::string& text = file.text;
    std::array<char, 65536> part{};
    while (stream && text.size() <= kFileBytesMax) {
        stream.read(part.data(), part.size());
        text.append(part.data(), static_cast<std::size_t>(stream.gcount()));
    }
    if (stream.bad()) return fail(Error::Code::kIo, path.string() + ": cannot be read", errno);
    return file;
}

}  // namespace

Result<std::vector<RuleFile>> read_rule_files(const std::vector<std::string>& paths) {
    std::vector<RuleFile> files;
    for (const std::string& name : paths) {
        std::vector<fs::path> found;
        std::error_code fault;
        const bool is_folder = fs::is_directory(name, fault);
        if (is_folder) {
            for (fs::directory_iterator at(name, fault), end; !fault && at != end;
                 at.increment(fault)) {
                // What editors keep beside a file is hidden.
                const bool is_hidden = at->path().filename().native().starts_with('.');
                if (at->path().extension() == ".yaml" && !is_hidden) found.push_back(at->path());
            }
            if (fault) return fail(Error::Code::kIo, name + ": " + fault.message(), fault.value());
            std::sort(found.begin(), found.end());
        } else {
            found.emplace_back(name);
        }
        for (const fs::path& path : found) {
            if (is_folder && is_no_file(path)) {
                return fail(Error::Code::kIo, path.string() + ": is no file");
            }
            auto file = read_file(path);
            if (!file) return tl::unexpected<Error>(file.error());
            files.push_back(std::move(*file));
        }
    }
    return files;
}

}  // namespace sequitur::dsl
