#include "tests/sim/random_host.h"

#include "core/event_type.h"
#include "core/field.h"

#include <algorithm>
#include <array>

namespace sequitur {
namespace {

using namespace std::string_literals;

constexpr std::array kArguments = {"flags", "mode",    "name", "path", "uid",  "res",
                                   "fd",    "oldpath", "data", "exe",  "comm", "request"};

std::vector<FieldRef> all_fields() {
    std::vector<std::string> names;
    for (const FieldInfo& info : field_table()) {
        const std::string name(info.name);
        if (name.ends_with('.')) {
            for (const char* argument : kArguments) names.push_back(name + argument);
            continue;
        }
        if (info.arg != FieldArg::kRequiredIndex && info.arg != FieldArg::kRequiredText) {
            names.push_back(name);
        }
        if (info.arg == FieldArg::kNone) continue;
        for (const char* index : {"[0]", "[1]", "[2]", "[PATH]", "[/a]"})
            names.push_back(name + index);
    }
    for (const char* name : {"openat.flags.w", "openat.name", "chmod.mode", "execve.exe",
                             "write.data", "evt.type.is.openat", "evt.type.is.acct"}) {
        names.emplace_back(name);
    }
    // Those that rules use most.
    for (int i = 0; i < 12; ++i) {
        for (const char* name :
             {"evt.type", "proc.name", "fd.name", "proc.aname", "fd.ip", "fd.port", "proc.argv",
              "evt.arg.flags", "evt.rawres", "proc.cmdline"}) {
            names.emplace_back(name);
        }
    }
    std::vector<FieldRef> fields;
    for (const std::string& name : names) {
        if (auto field = resolve_field(name)) fields.push_back(std::move(*field));
    }
    return fields;
}

}  // namespace

RandomHost::RandomHost(std::uint32_t seed) : random_(seed), fields_(all_fields()) {
    words_ = {"",       "sh",          "bash",     "/bin/sh",  "/etc/passwd", "/etc",
              "/",      "//etc//ssh/", "/tmp/a b", "a\0b"s,    "\xff\x80"s,   "nginx",
              "<NA>",   "12",          "0x1f",     "O_RDONLY", "SUCCESS",     "openat",
              "execve", "acct",        "EVT\n",    "root",     "host",        "a"};
    words_.push_back(std::string(4096, 'x') + "/etc/passwd");
    host_.hostname = "host";
    for (int i = 0; i < 20; ++i) processes_.push_back(process());
    for (int i = 0; i < 40; ++i) descriptors_.push_back(descriptor());
    for (int i = 0; i < 60; ++i) samples_.push_back(event());
}

std::string RandomHost::text() {
    std::string out = words_[below(words_.size())];
    if (chance(20)) out += words_[below(words_.size())];
    if (chance(20) && !out.empty()) out = out.substr(below(out.size()));
    return out;
}

Symbol RandomHost::symbol() {
    if (chance(8)) return nullptr;
    return interners_[chance(90) ? 0 : 1].intern(text());
}

std::int64_t RandomHost::number() {
    constexpr std::array<std::int64_t, 10> kNumbers = {0,  1,    -1, 2,         22,
                                                       80, 1000, -2, INT64_MAX, INT64_MIN};
    return chance(60) ? kNumbers[below(kNumbers.size())] : below(12);
}

IpAddress RandomHost::address() {
    IpAddress ip{.bytes = {}, .is_v6 = chance(40)};
    for (std::size_t i = 0; i < (ip.is_v6 ? 16u : 4u); ++i) {
        ip.bytes[i] = static_cast<std::uint8_t>(chance(70) ? 10 : below(256));
    }
    return ip;
}

Ref<ProcessImage> RandomHost::process() {
    auto* image = new ProcessImage;
    Ref<ProcessImage> owner(image);
    image->pid = image->entity.pid = number();
    image->ppid = number();
    image->sid = number();
    image->pgid = number();
    image->vpid = number();
    image->uid = below(3);
    image->gid = below(3);
    image->tty = below(2);
    image->exe_flags = below(16);
    image->cap_effective = below(64);
    image->start_time = timestamp_from_ns(below(1000));
    image->name = SymbolRef(symbol());
    image->exe = SymbolRef(symbol());
    image->exepath = SymbolRef(symbol());
    image->args = SymbolRef(interners_[0].intern(text() + '\0' + text() + '\0'));
    image->cmdline = SymbolRef(symbol());
    image->cwd = SymbolRef(symbol());
    image->env = SymbolRef(interners_[0].intern("PATH=" + text() + '\0' + "A=1\0"s));
    image->container_id = SymbolRef(symbol());
    image->user_name = SymbolRef(symbol());
    image->group_name = SymbolRef(symbol());
    image->is_interactive = chance(50);
    if (!processes_.empty() && chance(80)) image->parent = processes_[below(processes_.size())];
    return owner;
}

Ref<Descriptor> RandomHost::descriptor() {
    auto* made = new Descriptor;
    Ref<Descriptor> owner(made);
    made->type = static_cast<DescriptorType>(below(22));
    made->name = SymbolRef(symbol());
    made->raw_name = SymbolRef(symbol());
    made->directory = SymbolRef(symbol());
    made->filename = SymbolRef(symbol());
    made->open_flags = below(16);
    made->dev = below(3);
    made->ino = below(3);
    made->role = static_cast<SocketRole>(below(3));
    made->l4proto = static_cast<std::uint8_t>(below(6));
    made->client_port = static_cast<std::uint16_t>(number());
    made->server_port = static_cast<std::uint16_t>(number());
    made->client_ip = address();
    made->server_ip = address();
    made->is_connected = chance(50);
    made->name_changed = chance(50);
    return owner;
}

void RandomHost::add_param(const ParamInfo& param) {
    if (chance(8)) return builder_.add_missing();
    switch (param.type) {
        case ParamType::kCharbuf:
        case ParamType::kFspath:
        case ParamType::kFsrelpath: return builder_.add_text(text());
        case ParamType::kCharbufarray:
        case ParamType::kCharbufPairArray: {
            const std::string first = text(), second = text();
            const std::array<std::string_view, 2> list = {first, second};
            return builder_.add_list(list);
        }
        case ParamType::kNone:
        case ParamType::kInt8:
        case ParamType::kInt16:
        case ParamType::kInt32:
        case ParamType::kInt64:
        case ParamType::kUint8:
        case ParamType::kUint16:
        case ParamType::kUint32:
        case ParamType::kUint64:
        case ParamType::kErrno:
        case ParamType::kFd:
        case ParamType::kPid:
        case ParamType::kSyscallid:
        case ParamType::kSigtype:
        case ParamType::kReltime:
        case ParamType::kAbstime:
        case ParamType::kPort:
        case ParamType::kL4proto:
        case ParamType::kSockfamily:
        case ParamType::kBool:
        case ParamType::kFlags8:
        case ParamType::kFlags16:
        case ParamType::kFlags32:
        case ParamType::kUid:
        case ParamType::kGid:
        case ParamType::kSigset:
        case ParamType::kMode:
        case ParamType::kEnumflags8:
        case ParamType::kEnumflags16:
        case ParamType::kEnumflags32:
        case ParamType::kFd32:
        case ParamType::kPid32: return builder_.add_int(number());
        case ParamType::kBytebuf:
        case ParamType::kSockaddr:
        case ParamType::kSocktuple:
        case ParamType::kFdlist:
        case ParamType::kDyn:
        case ParamType::kIpv4addr:
        case ParamType::kDouble:
        case ParamType::kIpv4net:
        case ParamType::kIpv6addr:
        case ParamType::kIpv6net:
        case ParamType::kIpaddr:
        case ParamType::kIpnet: break;
    }
    const std::string bytes = text();
    builder_.add_bytes(std::as_bytes(std::span(bytes)));
}

Event RandomHost::event() {
    constexpr std::array kCommon = {EventType::kOpenat, EventType::kExecve,  EventType::kClose,
                                    EventType::kChmod,  EventType::kConnect, EventType::kGeneric,
                                    EventType::kWrite};
    auto type = kCommon[below(kCommon.size())];
    if (chance(30)) type = static_cast<EventType>(below(kEventTypeCount));
    const EventTypeInfo* info = event_type_info(type);
    const std::uint64_t ts = 1000 + number_;
    builder_.begin(ts, below(5), type);
    for (const ParamInfo& param : info->params) add_param(param);

    Event event;
    event.record = chance(95) ? builder_.finish() : builder_.finish_exact();
    event.time = timestamp_from_ns(ts);
    event.number = ++number_;
    event.tid = number();
    event.info = info;
    event.host = &host_;
    event.process = processes_[below(processes_.size())].get();
    event.fd = chance(75) ? descriptors_[below(descriptors_.size())].get() : nullptr;
    event.type = type;
    event.has_result = chance(80);
    event.result = number();
    event.fd_number = number();
    event.file_path = symbol();
    event.path = symbol();
    event.path_raw = symbol();
    event.target_path = symbol();
    event.created_file = chance(50);
    if (chance(50)) event.origin_process = processes_[below(processes_.size())].get();
    return event;
}

FieldRef RandomHost::field() { return fields_[below(fields_.size())]; }

Operand RandomHost::transformed(Operand argument) {
    Operand operand;
    operand.kind = Operand::Kind::kTransform;
    operand.transformer = static_cast<Transformer>(below(8));
    if (operand.transformer == Transformer::kGetopt) {
        Operand options;
        options.constant = "ab:c"s;
        operand.arguments = {std::move(argument), std::move(options)};
        if (chance(50)) operand.option = "b";
    } else if (operand.transformer == Transformer::kJoin) {
        Operand between;
        between.constant = ","s;
        operand.arguments = {std::move(between), argument, std::move(argument)};
    } else {
        operand.arguments = {std::move(argument)};
    }
    return operand;
}

Operand RandomHost::left_operand() {
    Operand operand;
    operand.kind = Operand::Kind::kField;
    operand.field = field();
    return chance(12) ? transformed(std::move(operand)) : operand;
}

Operator RandomHost::operator_for(const Value& sample) {
    using enum Operator;
    constexpr std::array kText = {kEq,         kNe,     kContains, kIcontains, kStartswith,
                                  kEndswith,   kGlob,   kIglob,    kRegex,     kIn,
                                  kIntersects, kPmatch, kEq,       kIn};
    constexpr std::array kNumber = {kEq, kNe, kLt, kLe, kGt, kGe, kIn, kIntersects};
    constexpr std::array kOther = {kEq, kNe, kIn, kIntersects};
    constexpr std::array kBytes = {kEq, kNe, kBcontains, kBstartswith, kContains, kIn};
    if (chance(6)) return kExists;
    if (chance(4)) return static_cast<Operator>(below(19));
    switch (sample.type) {
        case ValueType::kInt:
        case ValueType::kUint:
        case ValueType::kDouble: return kNumber[below(kNumber.size())];
        case ValueType::kText:
        case ValueType::kMissing: return kText[below(kText.size())];
        case ValueType::kBytes: return kBytes[below(kBytes.size())];
        case ValueType::kBool:
        case ValueType::kIp:
        case ValueType::kNet:
        case ValueType::kList: break;
    }
    return kOther[below(kOther.size())];
}

Operand RandomHost::constant_for(const Value& sample, Operator op) {
    Operand operand;
    switch (sample.type) {
        case ValueType::kBool: operand.constant = chance(50); break;
        case ValueType::kInt: operand.constant = chance(50) ? sample.i : number(); break;
        case ValueType::kUint:
            operand.constant = chance(50) ? sample.u : static_cast<std::uint64_t>(number());
            break;
        case ValueType::kDouble: operand.constant = chance(50) ? sample.d : 0.5; break;
        case ValueType::kIp:
        case ValueType::kNet: {
            IpNet net{.address = chance(50) ? sample.net.address : address(), .prefix_bits = 0};
            const std::uint32_t whole = net.address.is_v6 ? 128 : 32;
            net.prefix_bits = static_cast<std::uint8_t>(chance(40) ? whole : below(whole + 1));
            operand.constant = net;
            break;
        }
        case ValueType::kMissing:
        case ValueType::kText:
        case ValueType::kBytes:
        case ValueType::kList: {
            std::string text(chance(50) ? sample.text : std::string_view(this->text()));
            if (op != Operator::kEq && op != Operator::kIn && chance(60) && !text.empty()) {
                text = text.substr(below(text.size()), 1 + below(8));
            }
            if (op == Operator::kRegex) {
                constexpr std::array kRegexes = {".*", "/etc/.*", "[a-z]+", "", ".*sh", "a|/.*"};
                text = kRegexes[below(kRegexes.size())];
            } else if (op >= Operator::kGlob && chance(50)) {
                constexpr std::array kGlobs = {"*",      "/*",     "*/sh",        "?",
                                               "[a-z]*", "/[!b]*", "[[:alpha:]]*"};
                text = kGlobs[below(kGlobs.size())] + (chance(30) ? text : ""s);
            }
            operand.constant = text;
            break;
        }
    }
    if (chance(4)) operand.constant = number();
    if (chance(3)) {
        operand.kind = Operand::Kind::kField;
        operand.field = field();
    }
    return operand;
}

Check RandomHost::check() {
    Check check;
    check.left = left_operand();
    scratch_.reset();
    Value sample;
    for (int i = 0; i < 5 && !sample; ++i) {
        sample = evaluate(check.left, samples_[below(samples_.size())], {}, scratch_);
    }
    if (sample.type == ValueType::kList && !sample.list.empty()) {
        sample = sample.list[below(sample.list.size())];
    }
    check.op = operator_for(sample);
    if (check.op == Operator::kExists) return check;
    const bool is_set = check.op == Operator::kIn || check.op == Operator::kIntersects ||
                        check.op == Operator::kPmatch;
    if (chance(6)) check.quantifier = static_cast<Quantifier>(1 + below(3));
    const bool is_many = is_set || check.quantifier != Quantifier::kNone || chance(1);
    const std::uint32_t count = is_many ? below(chance(5) ? 12 : 4) + (chance(95) ? 1 : 0) : 1;
    for (std::uint32_t i = 0; i < count; ++i) {
        check.right.push_back(constant_for(sample, check.op));
    }
    return check;
}

Condition RandomHost::condition(int depth) {
    Condition condition;
    if (depth == 0 || chance(25)) {
        condition.kind = chance(97)   ? Condition::Kind::kCheck
                         : chance(50) ? Condition::Kind::kTrue
                                      : Condition::Kind::kFalse;
        if (condition.kind == Condition::Kind::kCheck) condition.check = check();
        return condition;
    }
    using enum Condition::Kind;
    constexpr std::array kKinds = {kAnd, kOr, kNot, kAnd, kOr};
    condition.kind = kKinds[below(kKinds.size())];
    const std::uint32_t count = condition.kind == kNot ? 1 : 1 + below(4);
    for (std::uint32_t i = 0; i < count; ++i) {
        condition.children.push_back(this->condition(depth - 1));
    }
    return condition;
}

}  // namespace sequitur
