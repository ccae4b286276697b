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
        if (fs::is_directory(name, fault)) {
            for (fs::directory_iterator at(name, fault), end; !fault && at != end;
                 at.increment(fault)) {
                if (at->path().extension() == ".yaml") found.push_back(at->path());
            }
            if (fault) return fail(Error::Code::kIo, name + ": " + fault.message(), fault.value());
            std::sort(found.begin(), found.end());
        } else {
            found.emplace_back(name);
        }
        for (const fs::path& path : found) {
            auto file = read_file(path);
            if (!file) return tl::unexpected<Error>(file.error());
            files.push_back(std::move(*file));
        }
    }
    return files;
}

}  // namespace sequitur::dsl
