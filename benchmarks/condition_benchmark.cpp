// Conditions: the batched engine against one evaluate() per condition, over 10 to 10,000 atoms.
//
// The rules are made after the stock ones: an event type or a handful, what kind of call it is, one
// or two things about the file, exceptions by process name, parent and command line. The events are
// the mix of benchmarks/synthetic_host.h: mostly close, openat and fcntl, on a bounded set of
// paths, by a few dozen processes. Counters: ns per event, hits and heap allocations per event
// (steady state: the loop runs once before it counts).
#include "core/arena.h"
#include "core/condition_set.h"
#include "core/event.h"
#include "core/field.h"
#include "core/record_builder.h"

#include <benchmark/benchmark.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <deque>
#include <map>
#include <new>
#include <numeric>
#include <string>

namespace {
std::atomic<std::uint64_t> g_allocations{0};  // NOLINT: what operator new counts into
}

void* operator new(std::size_t size) {
    g_allocations.fetch_add(1, std::memory_order_relaxed);
    if (void* memory = std::malloc(size)) return memory;
    throw std::bad_alloc();
}
void* operator new(std::size_t size, std::align_val_t align) {
    g_allocations.fetch_add(1, std::memory_order_relaxed);
    const auto alignment = static_cast<std::size_t>(align);
    if (void* memory =
            std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment))
        return memory;
    throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }

namespace sequitur {
namespace {

constexpr std::size_t kEvents = 16384;
constexpr std::size_t kBatch = 512;
constexpr std::size_t kPaths = 4000;

class Random {
public:
    std::uint64_t operator()() {
        state_ ^= state_ << 13U;
        state_ ^= state_ >> 7U;
        state_ ^= state_ << 17U;
        return state_;
    }
    std::size_t below(std::size_t bound) { return (*this)() % bound; }

private:
    std::uint64_t state_ = 0x243f6a8885a308d3ULL;
};

std::string directory(std::size_t i) {
    constexpr std::array kRoots = {"/usr/lib/", "/etc/", "/proc/", "/home/user/", "/var/lib/"};
    return kRoots[i % kRoots.size()] + ("pkg" + std::to_string(i / kRoots.size())) + "/";
}

// The host: paths, processes four deep, and events on them.
class Host {
public:
    Host() {
        for (std::size_t i = 0; i < kPaths; ++i) add_file(i);
        for (std::size_t i = 0; i < 60; ++i) add_process(i);
        for (std::size_t i = 0; i < kEvents; ++i) events.push_back(make_event(i));
    }
    std::vector<Event> events;

private:
    Symbol text(const std::string& value) { return interner_.intern(value); }

    void add_file(std::size_t i) {
        auto* made = new Descriptor;
        files_.emplace_back(made);
        const std::string dir = directory(random_.below(400));
        const std::string name = "file" + std::to_string(i) + (i % 3 == 0 ? ".conf" : ".so");
        made->type = DescriptorType::kFile;
        made->name = SymbolRef(text(dir + name));
        made->directory = SymbolRef(text(dir.substr(0, dir.size() - 1)));
        made->filename = SymbolRef(text(name));
    }

    void add_process(std::size_t i) {
        auto* made = new ProcessImage;
        processes_.emplace_back(made);
        const std::string name = "prog" + std::to_string(i);
        made->pid = made->entity.pid = static_cast<std::int64_t>(1000 + i);
        made->name = SymbolRef(text(name));
        made->exe = SymbolRef(text(name));
        made->exepath = SymbolRef(text("/usr/bin/" + name));
        made->cmdline = SymbolRef(text(name + " --option " + std::to_string(i)));
        made->args = SymbolRef(text("--option" + std::string(1, '\0') + std::to_string(i)));
        made->user_name = SymbolRef(text(i % 4 == 0 ? "root" : "user"));
        if (i >= 4) made->parent = processes_[i / 2];
    }

    Event make_event(std::size_t i) {
        const std::size_t dice = random_.below(100);
        const EventType type = dice < 36   ? EventType::kClose
                               : dice < 68 ? EventType::kOpenat
                               : dice < 87 ? EventType::kFcntl
                               : dice < 93 ? EventType::kRead
                               : dice < 97 ? EventType::kWrite
                               : dice < 98 ? EventType::kExecve
                                           : EventType::kChmod;
        // Half of the calls go to a hundred hot paths.
        const std::size_t path = random_.below(random_.below(2) == 0 ? 100 : files_.size());
        builder_.begin(1000 + i, 1, type);
        if (type == EventType::kOpenat) {
            builder_.add_int(3);
            builder_.add_int(-100);
            builder_.add_text(files_[path]->name.view());
            builder_.add_int(random_.below(4) == 0 ? 2 : 1);
            builder_.add_int(0);
        }
        Event event;
        event.record = builder_.finish();
        event.time = timestamp_from_ns(1000 + i);
        event.number = i + 1;
        event.info = event_type_info(type);
        event.process = processes_[random_.below(processes_.size())].get();
        event.fd = files_[path].get();
        event.path = event.fd->name.get();
        event.type = type;
        event.has_result = true;
        event.result = 3;
        event.fd_number = 3;
        return event;
    }

    Interner interner_;
    Arena arena_;
    RecordBuilder builder_{arena_};
    Random random_;
    std::deque<Ref<Descriptor>> files_;
    std::deque<Ref<ProcessImage>> processes_;
};

Condition check(std::string_view field, Operator op, std::vector<Constant> constants) {
    Condition condition;
    condition.kind = Condition::Kind::kCheck;
    condition.check.left.kind = Operand::Kind::kField;
    condition.check.left.field = resolve_field(field).value();
    condition.check.op = op;
    for (Constant& constant : constants) {
        condition.check.right.emplace_back().constant = std::move(constant);
    }
    return condition;
}

Condition group(Condition::Kind kind, std::vector<Condition> children) {
    Condition condition;
    condition.kind = kind;
    condition.children = std::move(children);
    return condition;
}
Condition all(std::vector<Condition> parts) {
    return group(Condition::Kind::kAnd, std::move(parts));
}
Condition any(std::vector<Condition> parts) {
    return group(Condition::Kind::kOr, std::move(parts));
}
Condition none(Condition part) { return group(Condition::Kind::kNot, {std::move(part)}); }

// Rule number `i`: about six atoms that no other rule has.
Condition rule(std::size_t i, Random& random) {
    using enum Operator;
    const std::string number = std::to_string(i);
    const auto some_dir = [&] { return directory(random.below(4000)); };
    std::vector<Condition> parts;
    const std::size_t kind = i % 8;
    if (kind < 5) {  // opening a file to read or write
        parts.push_back(check("evt.type", kIn, {"open", "openat", "openat2"}));
        parts.push_back(check(kind < 3 ? "evt.is_open_read" : "evt.is_open_write", kEq, {true}));
        parts.push_back(check("fd.typechar", kEq, {"f"}));
        parts.push_back(check("fd.num", kGe, {std::int64_t{0}}));
        parts.push_back(
            any({check("fd.name", kStartswith, {some_dir()}),
                 check("fd.name", kIn,
                       {some_dir() + "file" + number + ".conf", "/etc/shadow" + number}),
                 all({check("fd.directory", kEq, {"/etc/pkg" + number}),
                      check("fd.name", kEndswith, {".key" + number})})}));
    } else if (kind == 5) {  // starting a program
        parts.push_back(check("evt.type", kIn, {"execve", "execveat"}));
        parts.push_back(check("proc.name", kIn, {"tool" + number, "nc" + number}));
        parts.push_back(any({check("proc.cmdline", kContains, {"-e /bin/sh" + number}),
                             check("proc.cmdline", kContains, {"--exec" + number})}));
    } else if (kind == 6) {  // changing a file
        parts.push_back(
            check("evt.type", kIn, {"chmod", "fchmod", "fchmodat", "unlink", "rename"}));
        parts.push_back(check("fd.name", kContains, {"/.ssh" + number + "/"}));
    } else {  // the network
        parts.push_back(check("evt.type", kIn, {"connect", "sendto", "sendmsg"}));
        parts.push_back(check("fd.sport", kEq, {static_cast<std::uint64_t>(i % 65536)}));
        parts.push_back(check("proc.exepath", kStartswith, {"/tmp/" + number}));
    }
    parts.push_back(none(check("proc.name", kIn, {"prog" + number, "updater" + number, "sshd"})));
    parts.push_back(none(check("proc.pname", kIn, {"prog" + number, "systemd"})));
    parts.push_back(none(check("proc.cmdline", kContains, {"--trusted" + number})));
    return all(std::move(parts));
}

// As many rules as have at least `atoms` atoms.
struct Rules {
    explicit Rules(std::size_t atoms) {
        Random random;
        for (std::size_t count = std::max<std::size_t>(atoms / 7, 1);; count += count / 20 + 1) {
            ConditionSet::Builder builder;
            while (conditions.size() < count) conditions.push_back(rule(conditions.size(), random));
            for (const Condition& condition : conditions) builder.add(condition);
            set = builder.build(static_cast<std::uint32_t>(++g_generation)).value();
            if (set->atom_count() >= atoms) return;
        }
    }
    static inline std::size_t g_generation = 0;
    std::vector<Condition> conditions;
    std::shared_ptr<const ConditionSet> set;
};

Host& host() {
    static Host made;
    return made;
}
Rules& rules(std::size_t atoms) {
    static std::map<std::size_t, Rules> made;
    return made.try_emplace(atoms, atoms).first->second;
}

void report(benchmark::State& state, const Rules& rules, std::size_t hits,
            std::uint64_t allocations) {
    const auto events = static_cast<double>(state.iterations()) * kEvents;
    state.SetItemsProcessed(static_cast<std::int64_t>(events));
    state.counters["ns/event"] = benchmark::Counter(
        events * 1e-9, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
    state.counters["rules"] = static_cast<double>(rules.conditions.size());
    state.counters["atoms"] = static_cast<double>(rules.set->atom_count());
    state.counters["hits"] = static_cast<double>(hits);
    state.counters["allocs/event"] = static_cast<double>(allocations) / events;
}

void batched(benchmark::State& state) {
    Rules& loaded = rules(static_cast<std::size_t>(state.range(0)));
    const std::vector<Event>& events = host().events;
    std::vector<std::uint32_t> which(events.size());
    std::iota(which.begin(), which.end(), 0);
    ConditionScratch scratch(*loaded.set);
    std::vector<ConditionHit> hits;
    const auto judge_all = [&] {
        hits.clear();
        for (std::size_t i = 0; i < which.size(); i += kBatch) {
            loaded.set->evaluate(events, std::span(which).subspan(i, kBatch), scratch, hits);
        }
    };
    judge_all();
    const std::uint64_t before = g_allocations.load();
    for (auto unused : state) {
        judge_all();
        benchmark::DoNotOptimize(hits.data());
    }
    report(state, loaded, hits.size(), g_allocations.load() - before);
}

void one_by_one(benchmark::State& state) {
    Rules& loaded = rules(static_cast<std::size_t>(state.range(0)));
    const std::vector<Event>& events = host().events;
    ValueScratch scratch;
    std::size_t hits = 0;
    const std::uint64_t before = g_allocations.load();
    for (auto unused : state) {
        hits = 0;
        for (const Event& event : events) {
            for (const Condition& condition : loaded.conditions) {
                scratch.reset();
                hits += evaluate(condition, event, {}, scratch) ? 1 : 0;
            }
        }
        benchmark::DoNotOptimize(hits);
    }
    report(state, loaded, hits, g_allocations.load() - before);
}

void compile(benchmark::State& state) {
    Rules& loaded = rules(static_cast<std::size_t>(state.range(0)));
    for (auto unused : state) {
        ConditionSet::Builder builder;
        for (const Condition& condition : loaded.conditions) builder.add(condition);
        benchmark::DoNotOptimize(builder.build(1).value());
    }
}

BENCHMARK(batched)->Arg(10)->Arg(100)->Arg(1000)->Arg(10000)->Unit(benchmark::kMillisecond);
BENCHMARK(one_by_one)->Arg(10)->Arg(100)->Arg(1000)->Unit(benchmark::kMillisecond);
BENCHMARK(compile)->Arg(100)->Arg(1000)->Arg(10000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace sequitur
