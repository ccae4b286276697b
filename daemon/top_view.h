// The frames of `sequitur top`: rates between two readings of /status.
#pragma once

#include "core/result.h"

#include <memory>
#include <string>

namespace sequitur {

class TopView {
public:
    TopView();
    ~TopView();
    // The frame for a reading; rates are those since the one before, or since the start. kBadInput:
    // it is not what /status gives.
    Result<std::string> render(const std::string& status);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace sequitur
