// NearMatch: the words.
#include "sequences/near_match.h"

namespace sequitur {

std::string NearMatch::step_name(const Position& position) const {
    std::string name = position.step->id.empty() ? "step " + std::to_string(position.top + 1)
                                                 : '\'' + position.step->id + '\'';
    if (position.turns > 1) {
        name +=
            " (" + std::to_string(position.turn) + " of " + std::to_string(position.turns) + ')';
    }
    return name;
}

void NearMatch::append_stop(std::size_t level, const EventPlace& place,
                            std::vector<std::string>& lines) const {
    const std::optional<Stop>& stop = stops_[level];
    if (!stop) {
        lines.push_back("no event of the types that it waits for came");
        return;
    }
    const std::string which = stop->cause == Cause::kForbidden ? "stopped by " : "nearest: ";
    lines.push_back(which + stop->type + ", " + place(stop->number, stop->time) + ": " +
                    stop->reason);
}

std::vector<std::string> NearMatch::rule_verdict(const EventPlace& place) const {
    std::vector<std::string> lines;
    if (times_satisfied_ > 0) {
        lines.push_back("its condition held for " + std::to_string(times_satisfied_) +
                        " of the events");
        return lines;
    }
    lines.push_back("its condition held for none of the " + std::to_string(events_seen_) +
                    " events");
    append_stop(0, place, lines);
    return lines;
}

std::vector<std::string> NearMatch::verdict(const EventPlace& place) const {
    if (sequence_ == nullptr) return rule_verdict(place);
    std::vector<std::string> lines;
    const std::string all = std::to_string(positions_.size());
    if (!best_) {
        lines.push_back("none of its " + all + " steps was done; it waits for " +
                        step_name(positions_.front()));
        append_stop(0, place, lines);
        return lines;
    }
    std::string done;
    for (std::size_t i = 0; i < best_->events.size(); ++i) {
        if (!best_->events[i]) continue;
        const Event event = best_->events[i]->event();
        if (!done.empty()) done += "; ";
        done += step_name(positions_[i]) + ' ' + std::string(event.info ? event.info->name : "") +
                ", " + place(event.number, event.time);
    }
    lines.push_back(std::to_string(best_level_) + " of " + all + " steps were done: " + done);
    lines.push_back("key: " + best_->key_text);
    if (best_level_ < positions_.size()) {
        lines.push_back("it then waits for " + step_name(positions_[best_level_]));
        append_stop(best_level_, place, lines);
    } else if (stops_[best_level_]) {
        append_stop(best_level_, place, lines);
    } else {
        lines.push_back(
            "every step came: it alerted, or waits for the end of an absence, or an "
            "exception or 'suppress' held");
    }
    return lines;
}

}  // namespace sequitur
