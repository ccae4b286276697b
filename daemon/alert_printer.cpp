#include "daemon/alert_printer.h"

#include <string>

namespace sequitur {

void AlertPrinter::write(const Alert& alert) {
    std::string line = form_ == AlertForm::kJson ? to_json(alert) : to_text(alert);
    line += '\n';
    std::fwrite(line.data(), 1, line.size(), stream_);
}

}  // namespace sequitur
