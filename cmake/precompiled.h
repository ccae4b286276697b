// Headers of the standard library that most files include, compiled once a target by the builds for
// tests (SEQUITUR_PRECOMPILED_HEADERS). Files name what they use all the same: the other builds have
// no such help.
#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>
