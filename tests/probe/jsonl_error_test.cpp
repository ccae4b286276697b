// Lines that cannot be read, and exactly what is said about them.
#include "tests/support/line_encoder.h"

#include <gtest/gtest.h>

#include <string>

namespace sequitur {
namespace {

struct Fault {
    const char* line;
    const char* message;
};

// Most faults are in an argument: the rest of the line is always the same.
struct ArgumentFault {
    const char* type;
    const char* args;
    const char* message;
};

const Fault kFaults[] = {
    {"[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]", "nested deeper than 16 levels"},
    {"[]", "wants an object, this is a list"},
    {"3", "wants an object, this is a number"},
    {"null", "wants an object, this is null"},
    {"{}", "type is missing"},
    {R"({"ts":1,"pid":1,"tpye":"open"})", "unknown key 'tpye': did you mean 'type'?"},
    {R"({"ts":1,"pid":1,"comment":"x"})", "unknown key 'comment'"},
    {R"({"ts":1,"pid":1,"pid":2,"type":"open"})", "key 'pid' stands there twice"},
    {R"({"ts":1,"pid":1,"type":7})", "type: wants a text, this is a number"},
    {R"({"ts":1,"pid":1,"type":"opneat"})", "unknown event type 'opneat': did you mean 'openat'?"},
    {R"({"ts":1,"pid":1,"type":"frobnicate_the_thing"})",
     "unknown event type 'frobnicate_the_thing'"},
    {R"({"ts":1,"pid":1,"type":"NA"})", "unknown event type 'NA'"},
    {R"({"pid":1,"type":"open"})", "ts is missing"},
    {R"({"ts":"soon","pid":1,"type":"open"})", "ts: 'soon' is no number"},
    {R"({"ts":-1,"pid":1,"type":"open"})", "ts: -1 is negative"},
    {R"({"ts":1.5,"pid":1,"type":"open"})", "ts: wants a whole number"},
    {R"({"ts":1,"type":"open"})", "pid is missing"},
    {R"({"ts":1,"pid":"init","type":"open"})", "pid: 'init' is no number"},
    {R"({"ts":1,"pid":-4,"type":"open"})", "pid: -4 is negative"},
    {R"({"ts":1,"pid":4294967296,"type":"open"})", "pid: 4294967296 does not fit into 32 bits"},
    {R"({"ts":1,"pid":[1],"type":"open"})", "pid: wants a number, this is a list"},
    {R"({"pid":1,"tid":4294967296,"type":"task_file_pipe"})",
     "tid: 4294967296 does not fit into 32 bits"},
    {R"({"ts":1,"pid":1,"cpu":65536,"type":"open"})", "cpu: 65536 does not fit into 16 bits"},
    {R"({"ts":1,"pid":1,"type":"open","args":[]})", "args: wants an object, this is a list"},
    {R"({"ts":1,"pid":1,"type":"useradded","ret":0})", "ret: useradded returns nothing"},
    {R"({"ts":1,"pid":1,"type":"openat","ret":3,"args":{"fd":3}})", "ret and args.fd are the same"},
    {R"({"ts":1,"pid":1,"type":"openat","ret":"EWHAT"})", "ret: 'EWHAT' is no number"},
    {R"({"ts":1,"pid":1,"type":"getuid","ret":-2})", "ret: -2 is negative"},
    {R"({"ts":1,"pid":1,"type":"procexit","ret":256})", "ret: 256 does not fit into 8 bits"},
    {R"({"ts":1,"pid":1,"type":"openat","id":22})", "id: 22 is 'connect', not 'openat'"},
    {R"({"ts":1,"pid":1,"type":"?","id":9000})",
     "id: 9000 is not in the table; its parameters must be raw"},
    {R"({"ts":1,"pid":1,"type":"close","nparams":3})", "nparams: close has 2"},
    {R"({"ts":1,"pid":1,"type":"close","raw":["0"]})", "raw: '0' is not hexadecimal"},
    {R"({"ts":1,"pid":1,"type":"close","raw":["zz"]})", "raw: 'zz' is not hexadecimal"},
    {R"({"ts":1,"pid":1,"type":"close","raw":[1]})",
     "raw: wants texts in its list, this is a number"},
    {R"({"ts":1,"pid":1,"type":"close","ret":0,"raw":[]})", "raw: ret stands beside raw"},
    {R"({"ts":1,"pid":1,"type":"close","task":{"ppd":1}})",
     "task: unknown key 'ppd': did you mean 'pid'?"},
    {R"({"ts":1,"pid":1,"type":"close","task":7})", "task: wants an object, this is a number"},
    {R"({"ts":1,"pid":1,"type":"close","files":{}})", "files: wants a list, this is an object"},
    {R"({"ts":1,"pid":1,"type":"close","files":[{"role":"taget"}]})",
     "files: role: unknown 'taget': did you mean 'target'?"},
    {R"({"ts":1,"pid":1,"type":"close","files":[{"mode":"9"}]})", "files: mode: '9' is no number"},
    {R"({"ts":1,"pid":1,"type":"close","paths":[{"role":"exe"}]})", "paths: path is missing"},
    {R"({"ts":1,"pid":1,"type":"close","paths":[{"path":"/a","flags":[9]}]})",
     "paths: flags: there is no bit 9"},
    {R"({"ts":1,"pid":1,"type":"close","truncated":["re"]})",
     "truncated: unknown 're': did you mean 'res'?"},
    {R"({"ts":1,"pid":1,"type":"close","lost":"all"})", "lost: 'all' is no number"},
    {R"({"ts":1,"pid":1,"type":"close","options":[{"hex":"00"}]})", "options: code is missing"},
    {R"({"proc":7})", "proc: wants an object, this is a number"},
    {R"({"proc":{}})", "proc: pid is missing"},
    {R"({"proc":{"pid":1,"nmae":"x"}})", "proc: unknown key 'nmae': did you mean 'name'?"},
    {R"({"proc":{"pid":1},"type":"open"})", "unknown key 'type'"},
    {R"({"proc":{"pid":1,"args":"-c"}})", "proc: args: wants a list of texts, this is a text"},
    {R"({"proc":{"pid":1,"args":[1]}})", "proc: args: wants texts in its list, this is a number"},
    {R"({"proc":{"pid":1,"exe":1}})", "proc: exe: wants a text, this is a number"},
    {R"({"proc":{"pid":1,"argv":["a"],"args":[]}})", "proc: argv stands beside exe or args"},
    {R"({"proc":{"pid":1,"uid":"root"}})", "proc: uid: 'root' is no number"},
    {R"({"proc":{"pid":1,"name":7}})", "proc: name: wants a text, this is a number"},
    {R"({"proc":{"pid":1,"container_id":"web"}})",
     "proc: container_id: 'web' is not 12 to 64 digits of 0-9a-f"},
    {R"({"proc":{"pid":1,"gen":4}})", "proc: ino is missing beside gen"},
};

const ArgumentFault kArgumentFaults[] = {
    {"openat", R"({"nmae":"/a"})", "args: openat has no argument 'nmae': did you mean 'name'?"},
    {"openat", R"({"recursive":1})",
     "args: openat has no argument 'recursive'; it has fd, dirfd, name, flags, mode, dev, ino"},
    {"openat", R"({"name":"a","name":"b"})", "args: 'name' stands there twice"},
    {"openat", R"({"name":7})", "args.name: wants a text, this is a number"},
    {"openat", R"({"name":["a"]})", "args.name: wants a text, this is a list"},
    {"openat", R"({"name":"a\u0000b"})",
     "args.name: a text here cannot hold \\u0000; write its bytes as hex"},
    {"openat", R"({"name":{"hex":"6"}})", "args.name: hex: '6' is not hexadecimal"},
    {"openat", R"({"flags":"O_WRNLY"})",
     "args.flags: 'O_WRNLY' is none of file_flags: did you mean 'O_WRONLY'?"},
    {"openat", R"({"flags":["O_RDONLY",2]})",
     "args.flags: wants names in its list, this is a number"},
    {"openat", R"({"flags":true})",
     "args.flags: wants names, a list of names or a number, this is a truth value"},
    {"openat", R"({"flags":-1})", "args.flags: -1 is negative"},
    {"openat", R"({"flags":"raw:0x100000000"})",
     "args.flags: 4294967296 does not fit into 32 bits"},
    {"openat", R"({"flags":""})", "args.flags: '' is none of file_flags"},
    {"openat", R"({"mode":"0789"})", "args.mode: '0789' is none of chmod_mode"},
    {"openat", R"({"dirfd":"AT_CWD"})", "args.dirfd: 'AT_CWD' is no number"},
    {"openat", R"({"dev":"8"})", nullptr},
    {"openat", R"({"dev":"8:x"})", "args.dev: '8:x' is no device; wants MAJOR:MINOR"},
    {"openat", R"({"ino":-3})", "args.ino: -3 is negative"},
    {"openat", R"({"ino":1.0})", "args.ino: wants a whole number"},
    {"chmod", R"({"gen":3})", "args.ino is missing beside gen"},
    {"chmod", R"({"dev":3})", "args.ino is missing beside dev"},
    {"chmod", R"({"ino":"seven"})", "args.ino: 'seven' is no number"},
    {"ptrace", R"({"request":9999})", "args.request: 9999 is none of ptrace_requests; use a name"},
    {"ptrace", R"({"request":["PTRACE_ATTACH"]})",
     "args.request: wants a name or a number, this is a list"},
    {"ptrace", R"({"data":{"u32":1}})",
     "args.data: wants an object with one of u64, sig or hex, this is an object"},
    {"semctl", R"({"cmd":1})", "args.cmd: 1 is none of semctl_commands; use a name"},
    {"kill", R"({"sig":"SIGKLL"})", "args.sig: 'SIGKLL' is no number"},
    {"kill", R"({"sig":256})", "args.sig: 256 does not fit into 8 bits"},
    {"execve", R"({"args":"-c"})", "args.args: wants a list of texts, this is a text"},
    {"execve", R"({"args":[null]})", "args.args: wants texts in its list, this is null"},
    {"execve", R"({"env":["A=\u0000"]})",
     "args.env: a text here cannot hold \\u0000; write the list's bytes as hex"},
    {"connect", R"({"tuple":"1.2.3.4:80"})",
     "args.tuple: '1.2.3.4:80' is no connection; wants 1.2.3.4:1234->5.6.7.8:80 or 0->0 /path"},
    {"connect", R"({"addr":"example.org:80"})",
     "args.addr: 'example.org:80' is no address; wants 1.2.3.4:80, [::1]:80 or /path"},
    {"connect", R"({"addr":80})", "args.addr: wants an address, this is a number"},
    {"write", R"({"data":["a"]})", "args.data: wants a text or {\"hex\":...}, this is a list"},
    {"poll", R"({"fds":[3]})", "args.fds: wants [fd, events] in its list, this is a number"},
    {"setuid", R"({"uid":-2})", "args.uid: -2 is negative"},
    {"syscall", R"({"ID":"nosuch"})", "args.ID: 'nosuch' is no number"},
};

TEST(JsonlError, WhatIsNoJsonIsRefused) {
    LineEncoder encode;
    for (const std::string_view line :
         {R"({"ts":1)", "nonsense", "{\"ts\":\"\xff\"}", R"({"ts":1e999})", R"({"ts":1}})",
          R"({"ts":1}{"ts":2})", R"({'ts':1})", R"({"ts":99999999999999999999})", "\"",
          R"({"ts":"\ud800"})"}) {
        encode(line);
        EXPECT_TRUE(encode.error().starts_with("not valid JSON: ")) << line << encode.error();
    }
}

TEST(JsonlError, EveryFaultIsNamed) {
    LineEncoder encode;
    for (const Fault& fault : kFaults) {
        encode(fault.line);
        EXPECT_EQ(encode.error(), fault.message) << fault.line;
    }
}

TEST(JsonlError, EveryFaultyArgumentIsNamed) {
    LineEncoder encode;
    for (const ArgumentFault& fault : kArgumentFaults) {
        const std::string line = R"({"ts":1,"pid":1,"type":")" + std::string(fault.type) +
                                 R"(","args":)" + fault.args + "}";
        encode(line);
        EXPECT_EQ(encode.error(), fault.message != nullptr ? fault.message : "") << line;
    }
}

TEST(JsonlError, AFaultyLineLeavesNothingBehind) {
    LineEncoder encode;
    encode(R"({"ts":1,"pid":1,"type":"execve","args":{"exe":"/a","args":["b"],"env":7}})");
    EXPECT_NE(encode.error(), "");
    const RecordView record = encode(R"({"ts":2,"pid":2,"type":"close"})");
    EXPECT_EQ(encode.error(), "");
    EXPECT_EQ(record.param_count(), 2u);
    EXPECT_TRUE(record.param(0).empty());
}

TEST(JsonlError, TooManyValuesAreRefused) {
    LineEncoder encode;
    std::string list = "[0";
    for (int i = 0; i < 70000; ++i) list += ",0";
    encode(R"({"ts":1,"pid":1,"type":"execve","args":{"args":)" + list + "]}}");
    EXPECT_EQ(encode.error(), "more than 65536 values in one line");
}

}  // namespace
}  // namespace sequitur
