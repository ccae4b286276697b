// What the host's state knows that neither the kernel nor /proc tells a second time: to be kept
// over a restart of the program (daemon/state/saved_host.h).
#pragma once

#include "core/file_copy.h"
#include "core/file_identity.h"
#include "core/file_table.h"
#include "core/process.h"
#include "core/reference.h"
#include "core/time.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace sequitur {

// A file with a history, or whose identity does not follow from its inode alone.
struct SavedFile {
    FileId file;
    InodeInfo inode;
    Ref<ProcessImage> origin;  // who first wrote it; null: not known
    Timestamp origin_time;
    Ref<FileCopy> source;  // what it was copied from; null: not known to be a copy
};

// Where a living process comes from. Its makers may be gone.
struct SavedProcess {
    ProcessEntity entity, creator, session, entry;
    EntryKind entry_kind = EntryKind::kUnknown;
    Timestamp exec_time;
    FileId exe_file;  // since exec_time
    std::shared_ptr<const std::vector<ProcessEntity>> lineage;
};

struct SavedHost {
    FileSerials serials;
    std::vector<SavedFile> files;
    std::vector<SavedProcess> processes;
};

}  // namespace sequitur
