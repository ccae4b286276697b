// Container records: {"container":{"id":"..","image":"..","privileged":true,..}}, in the words that
// Falco's captures and container plugin use.
#pragma once

#include "core/container_info.h"
#include "core/interner.h"
#include "core/json_reader.h"
#include "core/result.h"

#include <memory>
#include <string_view>

namespace sequitur {

// The container that `json` speaks of. Keys that are not known are passed over, and so are values
// of another kind than expected. kBadInput: it is no JSON, or names no container.
Result<std::unique_ptr<ContainerInfo>> read_container(std::string_view json, JsonReader& reader,
                                                      Interner& strings);

}  // namespace sequitur
