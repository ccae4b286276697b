// What a file was copied from: the file, the name it was read under, and what that was copied from.
#pragma once

#include "core/file_identity.h"
#include "core/interner.h"
#include "core/reference.h"

namespace sequitur {

// Immutable, shared by the copies of one file. At most kLengthMax long: of a longer row of copies
// the oldest are not told.
struct FileCopy : Referenced<FileCopy> {
    static constexpr unsigned kLengthMax = 8;

    FileId file;
    SymbolRef path;
    Ref<FileCopy> before;  // null: not known to be a copy
    unsigned length = 1;   // of the row from here on
};

}  // namespace sequitur
