#!/usr/bin/env python3
"""Writes the C++ tables of core/event_type.cpp from the CSV files beside this script.

    generate.py --out DIR

DIR/event_type_ids.inc   body of enum class EventType
DIR/event_table.inc      flag tables, one EventTypeInfo row per id, and the index by name
DIR/syscall_names.inc    names of the system calls behind generic events, and their index

events.csv, a row per event type id:
    id        the .scap format's number; never reused
    name      evt.type; NA for a filler of an unused half
    dir       E enter, X exit
    status    current, old (in old captures only), unused
    category  evt.category; io-read, io-write and io-other mean the kind of the descriptor
    source    syscall, tracepoint, plugin, meta, iter, none
    fd        index of the parameter with the descriptor that the event works on
    flags     event_flag::*, joined by |
    params    name:type:format, blank-separated; then :TABLE for flags, :dirfd=INDEX for a path
              relative to a descriptor, :dyn=KIND for a value whose first byte selects its type
flags.csv     table, name, value, and Linux's own number where it differs (x86-64), "-" where it has
              none; rows of one table keep their order
syscalls.csv  id, name; an id may be missing
"""

import argparse
import csv
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent

# Where the enumerator is not simply the CamelCase of the event's name.
ENUMERATOR = {
    "syscall": "Generic",
    "useradded": "UserAdded",
    "userdeleted": "UserDeleted",
    "groupadded": "GroupAdded",
    "groupdeleted": "GroupDeleted",
}
FORMAT = {"na": "Na", "dec": "Dec", "hex": "Hex", "10_padded_dec": "PaddedDec", "id": "Id",
          "dir": "Dir", "oct": "Oct"}
PARAM_TYPE = {"charbuf_pair_array": "CharbufPairArray"}  # others: first letter upper case


def camel(name):
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def read(name):
    with open(HERE / name, newline="", encoding="ascii") as file:
        return list(csv.DictReader(file))


def read_events():
    events = read("events.csv")
    for number, event in enumerate(events):
        if int(event["id"]) != number:
            raise ValueError(f"events.csv: row {number} has id {event['id']}")
        event["id"] = number
        event["params"] = event["params"].split()
    return events


def current_by_name(events):
    """name -> ids of the current types, the one that carries the data first."""
    names = {}
    for event in events:
        if event["status"] == "current":
            names.setdefault(event["name"], []).append(event)
    return {name: [event["id"] for event in sorted(found, key=lambda e: e["dir"] != "X")]
            for name, found in names.items()}


def enumerators(events):
    for name, ids in current_by_name(events).items():
        base = ENUMERATOR.get(name, camel(name))
        if events[ids[0]]["source"] == "iter":
            base = "Iter" + base
        yield ids[0], "k" + base
        for other in ids[1:]:
            yield other, "k" + base + "Enter"


def type_ids(events):
    rows = sorted(enumerators(events))
    if len({name for _, name in rows}) != len(rows):
        raise ValueError("events.csv: two current types would get the same enumerator")
    return ["{"] + [f"    {name} = {number}," for number, name in rows] + ["}"]


def param_row(text, tables):
    name, kind, form, *rest = text.split(":")
    flags, dirfd, dyn = "nullptr", -1, "kNone"
    for item in rest:
        if item.startswith("dirfd="):
            dirfd = int(item[6:])
        elif item.startswith("dyn="):
            dyn = "k" + camel(item[4:])
        else:
            flags = f"&kFlagTables[{tables.index(item)}]"
    kind = "k" + PARAM_TYPE.get(kind, kind[:1].upper() + kind[1:])
    return (f'    {{"{name}", ParamType::{kind}, PrintFormat::k{FORMAT[form]}, {flags}, '
            f"{dirfd}, DynKind::{dyn}}},")


def event_table(events, tables):
    lines, params = [], {}
    for event in events:
        key = " ".join(event["params"])
        if key and key not in params:
            params[key] = f"kParams{event['id']}"
            rows = [param_row(text, tables) for text in event["params"]]
            lines += [f"inline constexpr ParamInfo {params[key]}[] = {{", *rows, "};"]
    lines.append("inline constexpr EventTypeInfo kEventTypes[] = {")
    for event in events:
        flags = "|".join(f"event_flag::k{camel(f)}" for f in event["flags"].split("|") if f)
        spans = params.get(" ".join(event["params"]), "{}")
        lines.append(
            f'    {{{event["id"]}, "{event["name"]}", "{event["category"]}", '
            f'EventSourceKind::k{event["source"].capitalize()}, {flags or 0}, '
            f'{"true" if event["dir"] == "X" else "false"}, '
            f'{"true" if event["status"] == "current" else "false"}, '
            f'{event["fd"] or -1}, {spans}}},')
    lines.append("};")

    names = sorted(current_by_name(events).items())
    lines.append("inline constexpr EventType kTypesByName[] = {")
    lines += [f"    EventType{{{number}}}," for _, ids in names for number in ids]
    lines += ["};", "inline constexpr NamedTypes kTypeNames[] = {"]
    first = 0
    for name, ids in names:
        lines.append(f'    {{"{name}", {first}, {len(ids)}}},')
        first += len(ids)
    lines.append("};")
    return lines


def flag_tables(rows):
    tables = {}
    for row in rows:
        linux = {"": row["value"] + "u", "-": "kNoLinuxValue"}.get(row["linux"], row["linux"] + "u")
        tables.setdefault(row["table"], []).append(f'{{"{row["name"]}", {row["value"]}u, {linux}}},')
    names, lines = sorted(tables), []
    for name in names:
        lines.append(f"inline constexpr FlagValue kFlags{camel(name)}[] = {{")
        lines += ["    " + flag for flag in tables[name]]
        lines.append("};")
    lines.append("inline constexpr FlagTable kFlagTables[] = {")
    lines += [f'    {{"{name}", kFlags{camel(name)}}},' for name in names]
    lines.append("};")
    return names, lines


def syscall_names(rows):
    names = {int(row["id"]): row["name"] for row in rows}
    if len(names) != len(rows) or len(set(names.values())) != len(rows):
        raise ValueError("syscalls.csv: an id or a name stands there twice")
    lines = ["inline constexpr std::string_view kSyscallNames[] = {"]
    lines += [f'    "{names.get(number, "")}",' for number in range(max(names) + 1)]
    lines += ["};", "inline constexpr std::uint16_t kSyscallsByName[] = {"]
    lines += [f"    {number}," for number in sorted(names, key=names.get)]
    lines.append("};")
    return lines


def write(folder, name, lines):
    text = "// Generated by core/tables/generate.py.\n" + "\n".join(lines) + "\n"
    (folder / name).write_text(text, encoding="ascii")


def main():
    parser = argparse.ArgumentParser(description="Writes the C++ event tables.")
    parser.add_argument("--out", required=True, type=pathlib.Path, metavar="DIR")
    out = parser.parse_args().out
    events = read_events()
    tables, flags = flag_tables(read("flags.csv"))
    out.mkdir(parents=True, exist_ok=True)
    write(out, "event_type_ids.inc", type_ids(events))
    write(out, "event_table.inc", flags + event_table(events, tables))
    write(out, "syscall_names.inc", syscall_names(read("syscalls.csv")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
