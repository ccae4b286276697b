// The lifecycle as a Boost.MSM machine: the only file that sees Boost.
//
// A machine of five states is 24 bytes, of which one byte differs between partial matches. A
// million of them would hold 24 MB of equal pointers and flags, so a partial match keeps that byte,
// in the form in which MSM itself saves a machine (its serialize()). What the machine does in each
// state is tried once and looked up from then on.
//
// The table is the specification; docs/sequence-semantics.md cites its rows.
#include "sequences/partial_match.h"

#include <boost/msm/back/state_machine.hpp>
#include <boost/msm/front/functor_row.hpp>
#include <boost/msm/front/state_machine_def.hpp>

#include <array>
#include <cstddef>
#include <type_traits>

namespace sequitur {
namespace {

namespace front = boost::msm::front;

template <LifecycleSignal signal>
struct On {};

using StepDone = On<LifecycleSignal::kStepDone>;
using LastStepDone = On<LifecycleSignal::kLastStepDone>;
using GuardBegins = On<LifecycleSignal::kGuardBegins>;
using Deadline = On<LifecycleSignal::kDeadline>;
using Flush = On<LifecycleSignal::kFlush>;
using Forbidden = On<LifecycleSignal::kForbidden>;
using Until = On<LifecycleSignal::kUntil>;
using Replaced = On<LifecycleSignal::kReplaced>;
using ProcessExited = On<LifecycleSignal::kProcessExited>;
using Evicted = On<LifecycleSignal::kEvicted>;

struct Machine : front::state_machine_def<Machine> {
    // Signals are sent one at a time and actions throw nothing: no queue, no handlers.
    using no_message_queue = int;
    using no_exception_thrown = int;

    struct Waiting : front::state<> {};
    struct Guarding : front::state<> {};
    struct Completed : front::state<> {};
    struct Expired : front::state<> {};
    struct Cancelled : front::state<> {};
    using initial_state = Waiting;

    template <typename From, typename Signal, typename To>
    using Row = front::Row<From, Signal, To, front::none, front::none>;

    // clang-format off
    struct transition_table : boost::mpl::vector<
        Row<Waiting,  StepDone,      Waiting>,
        Row<Waiting,  LastStepDone,  Completed>,
        Row<Waiting,  GuardBegins,   Guarding>,
        Row<Waiting,  Deadline,      Expired>,
        Row<Waiting,  Forbidden,     Cancelled>,
        Row<Waiting,  Until,         Cancelled>,
        Row<Waiting,  Replaced,      Cancelled>,
        Row<Waiting,  ProcessExited, Cancelled>,
        Row<Waiting,  Evicted,       Cancelled>,
        Row<Guarding, Deadline,      Completed>,
        Row<Guarding, Flush,         Completed>,
        Row<Guarding, Forbidden,     Cancelled>,
        Row<Guarding, Until,         Cancelled>,
        Row<Guarding, Evicted,       Cancelled>
    > {};
    // clang-format on

    template <typename Fsm, typename Signal>
    void no_transition(const Signal&, Fsm&, int) {}
};

// MSM numbers the states in the order in which the table first names them as a source, then the
// final ones as they appear as targets; asked of MSM itself below.
using LifecycleMachine = boost::msm::back::state_machine<Machine>;

// An archive in MSM's sense that knows only the current state: the first thing that serialize()
// hands over. The rest is the same for every machine without queues and history.
class StateArchive {
public:
    explicit StateArchive(int state) : state_(state) {}

    template <typename T>
    StateArchive& operator&(T& part) {
        if constexpr (std::is_same_v<T, int[1]>) {
            if (!is_set_) part[0] = state_;
            is_set_ = true;
        }
        return *this;
    }

private:
    int state_;
    bool is_set_ = false;
};

template <typename State>
constexpr int number_of() {
    return boost::msm::back::get_state_id<LifecycleMachine::stt, State>::value;
}

constexpr int number_of(Lifecycle state) {
    switch (state) {
        case Lifecycle::kWaiting: return number_of<Machine::Waiting>();
        case Lifecycle::kGuarding: return number_of<Machine::Guarding>();
        case Lifecycle::kCompleted: return number_of<Machine::Completed>();
        case Lifecycle::kExpired: return number_of<Machine::Expired>();
        case Lifecycle::kCancelled: return number_of<Machine::Cancelled>();
    }
    return 0;
}

Lifecycle state_of(int number) {
    if (number == number_of(Lifecycle::kWaiting)) return Lifecycle::kWaiting;
    if (number == number_of(Lifecycle::kGuarding)) return Lifecycle::kGuarding;
    if (number == number_of(Lifecycle::kCompleted)) return Lifecycle::kCompleted;
    if (number == number_of(Lifecycle::kExpired)) return Lifecycle::kExpired;
    return Lifecycle::kCancelled;
}

void send(LifecycleMachine& machine, LifecycleSignal signal) {
    switch (signal) {
        case LifecycleSignal::kStepDone: machine.process_event(StepDone{}); return;
        case LifecycleSignal::kLastStepDone: machine.process_event(LastStepDone{}); return;
        case LifecycleSignal::kGuardBegins: machine.process_event(GuardBegins{}); return;
        case LifecycleSignal::kDeadline: machine.process_event(Deadline{}); return;
        case LifecycleSignal::kFlush: machine.process_event(Flush{}); return;
        case LifecycleSignal::kForbidden: machine.process_event(Forbidden{}); return;
        case LifecycleSignal::kUntil: machine.process_event(Until{}); return;
        case LifecycleSignal::kReplaced: machine.process_event(Replaced{}); return;
        case LifecycleSignal::kProcessExited: machine.process_event(ProcessExited{}); return;
        case LifecycleSignal::kEvicted: machine.process_event(Evicted{}); return;
    }
}

Lifecycle run_machine(Lifecycle state, LifecycleSignal signal) {
    LifecycleMachine machine;
    StateArchive archive(number_of(state));
    machine.serialize(archive, 0);
    send(machine, signal);
    return state_of(machine.current_state()[0]);
}

constexpr std::size_t kStates = 5, kSignals = 10;
static_assert(static_cast<std::size_t>(Lifecycle::kCancelled) + 1 == kStates);
static_assert(static_cast<std::size_t>(LifecycleSignal::kEvicted) + 1 == kSignals);

using Transitions = std::array<std::array<Lifecycle, kSignals>, kStates>;

// What the machine does, all of it: a look-up takes a twentieth of the time that it takes.
Transitions try_all() {
    Transitions transitions{};
    for (std::size_t state = 0; state < kStates; ++state) {
        for (std::size_t signal = 0; signal < kSignals; ++signal) {
            transitions[state][signal] =
                run_machine(static_cast<Lifecycle>(state), static_cast<LifecycleSignal>(signal));
        }
    }
    return transitions;
}

}  // namespace

Lifecycle next(Lifecycle state, LifecycleSignal signal) {
    // Not before the first call: MSM's own tables are set up while the program starts.
    static const Transitions transitions = try_all();
    return transitions[static_cast<std::size_t>(state)][static_cast<std::size_t>(signal)];
}

std::string_view name_of(Lifecycle state) {
    switch (state) {
        case Lifecycle::kWaiting: return "waiting";
        case Lifecycle::kGuarding: return "guarding";
        case Lifecycle::kCompleted: return "completed";
        case Lifecycle::kExpired: return "expired";
        case Lifecycle::kCancelled: return "cancelled";
    }
    return "";
}

}  // namespace sequitur
