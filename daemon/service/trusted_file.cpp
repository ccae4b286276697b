#include "daemon/service/trusted_file.h"

#include "core/log.h"

#include <filesystem>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <system_error>
#include <unistd.h>

namespace sequitur {
namespace {

namespace fs = std::filesystem;

// As mounted into containers: nobody writes there, whatever the mode says.
bool is_read_only(const std::string& path) {
    struct statvfs status {};
    return ::statvfs(path.c_str(), &status) == 0 && (status.f_flag & ST_RDONLY) != 0;
}

Result<void> check_one(const std::string& path, bool is_strict) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return {};  // whoever opens it says so
    const bool is_sticky = S_ISDIR(status.st_mode) && (status.st_mode & S_ISVTX) != 0;
    const bool is_world = (status.st_mode & S_IWOTH) != 0 && !is_sticky;
    const bool is_group = (status.st_mode & S_IWGRP) != 0 && !is_sticky && status.st_gid != 0 &&
                          status.st_gid != ::getegid();
    const bool is_foreign = status.st_uid != 0 && status.st_uid != ::geteuid();
    const std::string why = is_world ? "everybody can write it"
                            : is_group
                                ? "the group " + std::to_string(status.st_gid) + " can write it"
                                : "it belongs to the user " + std::to_string(status.st_uid);
    if (is_read_only(path)) return {};
    if (is_world || (is_strict && (is_group || is_foreign))) {
        return fail(Error::Code::kRefused, path + ": " + why + "; refused");
    }
    if (is_group || is_foreign) log_warning(path + ": " + why);
    return {};
}

}  // namespace

Result<void> check_trust(const std::vector<std::string>& paths, bool is_strict) {
    for (const std::string& path : paths) {
        std::error_code error;
        const fs::path absolute = fs::absolute(path, error).lexically_normal();
        std::vector<std::string> all = {absolute.parent_path().string(), absolute.string()};
        if (fs::is_directory(absolute, error)) {
            for (const auto& entry : fs::directory_iterator(absolute, error)) {
                if (entry.path().extension() == ".yaml") all.push_back(entry.path().string());
            }
        }
        for (const std::string& each : all) {
            if (auto checked = check_one(each, is_strict); !checked) return checked;
        }
    }
    return {};
}

}  // namespace sequitur
