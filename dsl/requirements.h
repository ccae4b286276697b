// What a rule file says it needs: the engine's version, plugins.
#pragma once

#include "dsl/diagnostic.h"
#include "dsl/map_reader.h"

namespace sequitur::dsl {

// The version of Falco's engine whose language this is.
inline constexpr int kEngineMajor = 0, kEngineMinor = 63, kEnginePatch = 0;

// "X.Y.Z" of the same major version and not newer, or an old whole number.
void check_engine_version(const MapReader& reader, Diagnostics& diagnostics);
// Each plugin, or one of its alternatives, must be one that is built in: container, json.
void check_plugin_versions(const MapReader& reader, Diagnostics& diagnostics);

}  // namespace sequitur::dsl
