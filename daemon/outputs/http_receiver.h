// Alerts posted to a server. Door to cpp-httplib's client.
#pragma once

#include "core/result.h"
#include "daemon/config/configuration.h"
#include "daemon/outputs/receiver.h"

#include <memory>

namespace sequitur {

// kBadInput: the URL or a header makes no sense, or a certificate cannot be read.
Result<std::unique_ptr<Receiver>> make_http_receiver(const OutputSettings& settings);

}  // namespace sequitur
