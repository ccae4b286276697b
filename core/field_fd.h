// How descriptors are named where text speaks of them. For core/field_*.cpp only.
#pragma once

#include "core/descriptor.h"

#include <string_view>

namespace sequitur {

std::string_view type_name(DescriptorType type);       // fd.type
std::string_view type_letter(DescriptorType type);     // fd.typechar
std::string_view protocol_name(std::uint8_t l4proto);  // fd.l4proto; "<NA>" where there is none

bool is_ip_connection(const Descriptor& fd);  // two ends
bool is_ip_server(const Descriptor& fd);      // one end that waits

}  // namespace sequitur
