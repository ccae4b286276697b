// Where each byte of a YAML scalar's cooked value stands in the file.
//
// The YAML library tells where a scalar begins and what it means, not where its parts are. This
// walks the raw scalar once more beside the cooked text: plain, 'single', "double", folded (>) and
// literal (|) ones, over any number of lines.
#pragma once

#include "dsl/source.h"

#include <cstddef>
#include <string>

namespace sequitur::dsl {

// `text` is the cooked value of the scalar whose node (anchor and tag included) begins at byte
// `begin` of `file`. Where the two cannot be brought together, the rest of the text maps to the
// first line of the scalar: a place too coarse, never a wrong one.
struct MappedScalar {
    LocatedText text;
    bool is_closed = true;  // false: a quote without its end, which the YAML library lets pass
};
MappedScalar map_scalar(const SourceFile& file, FileIndex index, std::size_t begin,
                        std::string text);

}  // namespace sequitur::dsl
