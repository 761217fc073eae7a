// The launcher's own tests: what it reads is read strictly, and broken input breaks nothing.
// Built with the address and undefined behaviour sanitizers.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bundle.h"
#include "invocation.h"
#include "json.h"
#include "report.h"
#include "settings.h"

static int failures;
static int checks;

#define CHECK(condition)                                                     \
    do {                                                                     \
        checks++;                                                            \
        if (!(condition)) {                                                  \
            failures++;                                                      \
            fprintf(stderr, "%s:%d: %s\n", __func__, __LINE__, #condition);  \
        }                                                                    \
    } while (0)

static bool valid(const char *text) {
    struct json value;
    return json_parse(text, strlen(text), &value);
}

static void json_is_taken_and_nothing_else(void) {
    static const char *const GOOD[] = {
        "{}",     " [1, -2.5e+3, 0] ", "\"a\\u00e9\\n\"", "true", "{\"a\":{\"b\":[null,false]}}",
        "0.1E-2",
    };
    static const char *const BAD[] = {
        "",      "{",      "[1,]",      "{\"a\":}", "{\"a\" 1}", "01",     "1.",    "\"\n\"",
        "\"\\x\"", "truth", "{} {}",     "nul",      "\"\\u12\"", "{a:1}",  "-",     "[",
    };
    for (size_t i = 0; i < sizeof GOOD / sizeof *GOOD; i++) {
        CHECK(valid(GOOD[i]));
    }
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        CHECK(!valid(BAD[i]));
    }
}

static void json_nests_no_deeper_than_64(void) {
    char text[300];
    memset(text, '[', 150);
    memset(text + 150, ']', 150);
    struct json value;
    CHECK(!json_parse(text, 300, &value));
    CHECK(json_parse(text + 150 - 60, 120, &value));
}

static bool member_is(const char *text, const char *name, const char *expected) {
    struct json object;
    struct json value;
    char string[64];
    return json_parse(text, strlen(text), &object) && json_member(object, name, &value) &&
           json_string(value, string, sizeof string) && strcmp(string, expected) == 0;
}

static void a_member_is_found_by_its_decoded_name_and_the_last_one_counts(void) {
    CHECK(member_is("{\"a\":\"1\",\"b\":\"2\"}", "b", "2"));
    CHECK(member_is("{\"a\":\"1\",\"a\":\"2\"}", "a", "2"));
    CHECK(member_is("{\"\\u0061\":\"1\"}", "a", "1"));
    CHECK(member_is("{\"x\":{\"a\":\"no\"},\"a\":\"yes\"}", "a", "yes"));
    CHECK(member_is("{\"a\":\"\\ud83d\\ude00\\u00e9\\/\"}", "a", "\xf0\x9f\x98\x80\xc3\xa9/"));
    CHECK(!member_is("{\"x\":{\"a\":\"no\"}}", "a", "no"));
    CHECK(!member_is("[\"a\"]", "a", "a"));
}

static void a_string_that_cannot_be_a_c_string_is_refused(void) {
    static const char *const BAD[] = {"\"\\u0000\"", "\"\\ud83d\"", "\"\\ude00x\"", "1", "\"123456\""};
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        struct json value;
        char string[6];
        CHECK(json_parse(BAD[i], strlen(BAD[i]), &value));
        CHECK(!json_string(value, string, sizeof string));
    }
}

static void a_number_is_whole_and_fits(void) {
    static const struct {
        const char *text;
        bool taken;
        int value;
    } CASES[] = {{"0", true, 0},       {"137", true, 137},     {"2147483647", true, 2147483647},
                 {"-1", false, 0},     {"2147483648", false, 0}, {"1.0", false, 0},
                 {"\"1\"", false, 0}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct json value;
        int number = 0;
        CHECK(json_parse(CASES[i].text, strlen(CASES[i].text), &value));
        CHECK(json_number(value, &number) == CASES[i].taken);
        CHECK(number == CASES[i].value);
    }
}

// A hundred thousand damaged texts: the sanitizers watch, and the answer does not matter.
static void damaged_json_is_survived(void) {
    static const char SEED[] = "{\"annotations\":{\"io.kubernetes.cri.container-type\":\"container\","
                               "\"x\":\"\\u00e9\\ud83d\\ude00\"},\"process\":{\"terminal\":true},"
                               "\"linux\":{\"cgroupsPath\":\"/a/b\",\"seccomp\":{\"syscalls\":["
                               "{\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":38}]}},\"n\":[1,2.5e-3,null,false]}";
    unsigned random = 12345;
    for (int round = 0; round < 100000; round++) {
        size_t length = sizeof SEED - 1;
        char *text = malloc(length);
        memcpy(text, SEED, length);
        for (int i = 0; i < 3; i++) {
            random = random * 1103515245 + 12345;
            text[(random >> 8) % length] = (char)(random >> 24);
        }
        random = random * 1103515245 + 12345;
        struct bundle bundle;
        bundle_parse(text, (random >> 8) % (length + 1), &bundle);
        bundle_parse(text, length, &bundle);
        bundle_mend_profile(text, length);
        free(text);
    }
    checks++;
}

static void calls_that_a_profile_wants_to_be_unknown_are_unknown(void) {
    static const char BEFORE[] =
        "{\"linux\":{\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":1,"
        "\"syscalls\":[{\"names\":[\"read\"],\"action\":\"SCMP_ACT_ALLOW\"},"
        "{\"names\":[\"clone3\"],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":38},"
        "{\"names\":[\"bpf\"],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":1},"
        "{\"names\":[\"mount\"],\"action\":\"SCMP_ACT_ERRNO\"} , "
        "{\"errnoRet\":38,\"action\":\"SCMP_ACT_ERRNO\",\"names\":[\"SCMP_ACT_ERRNO\"]}]}}}";
    static const char AFTER[] =
        "{\"linux\":{\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":1,"
        "\"syscalls\":[{\"names\":[\"read\"],\"action\":\"SCMP_ACT_ALLOW\"},"
        "{\"names\":[\"clone3\"],\"action\":\"SCMP_ACT_TRACE\",\"errnoRet\":38},"
        "{\"names\":[\"bpf\"],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":1},"
        "{\"names\":[\"mount\"],\"action\":\"SCMP_ACT_ERRNO\"} , "
        "{\"errnoRet\":38,\"action\":\"SCMP_ACT_TRACE\",\"names\":[\"SCMP_ACT_ERRNO\"]}]}}}";
    char text[sizeof BEFORE];
    memcpy(text, BEFORE, sizeof BEFORE);
    CHECK(bundle_mend_profile(text, sizeof BEFORE - 1));
    CHECK(strcmp(text, AFTER) == 0);
    CHECK(!bundle_mend_profile(text, sizeof BEFORE - 1));

    char by_default[] = "{\"linux\":{\"seccomp\":{\"defaultErrnoRet\":38,"
                        "\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[]}}}";
    CHECK(bundle_mend_profile(by_default, sizeof by_default - 1));
    CHECK(strstr(by_default, "\"SCMP_ACT_TRACE\"") != NULL);

    char none[] = "{\"linux\":{\"seccomp\":{\"syscalls\":{\"action\":\"SCMP_ACT_ERRNO\","
                  "\"errnoRet\":38}}}}";
    CHECK(!bundle_mend_profile(none, sizeof none - 1));
}

static void what_runsc_reads_of_a_bundle_is_mended(void) {
    static const char CONFIG[] = "{\"linux\":{\"seccomp\":{\"syscalls\":"
                                 "[{\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":38}]}}}";
    char directory[] = P_tmpdir "/launcher-bundle-XXXXXX";
    CHECK(mkdtemp(directory) != NULL);
    char path[sizeof directory + sizeof "/config.json"];
    snprintf(path, sizeof path, "%s/config.json", directory);
    FILE *config = fopen(path, "w+");
    CHECK(config != NULL && fputs(CONFIG, config) >= 0 && fflush(config) == 0);
    struct bundle bundle;
    CHECK(bundle_load(directory, &bundle));
    char text[sizeof CONFIG] = "";
    rewind(config);
    CHECK(fread(text, 1, sizeof text, config) == sizeof CONFIG - 1);
    CHECK(strstr(text, "\"SCMP_ACT_TRACE\",\"errnoRet\":38") != NULL);
    fclose(config);
    CHECK(unlink(path) == 0 && rmdir(directory) == 0);
}

static struct bundle bundle_of(const char *text) {
    struct bundle bundle;
    CHECK(bundle_parse(text, strlen(text), &bundle));
    return bundle;
}

static void a_container_of_a_pod_is_known_by_its_annotation_alone(void) {
    CHECK(bundle_of("{\"annotations\":{\"io.kubernetes.cri.container-type\":\"container\","
                    "\"io.kubernetes.cri.sandbox-id\":\"s1\"}}")
              .joins_sandbox);
    CHECK(!bundle_of("{\"annotations\":{\"io.kubernetes.cri.container-type\":\"sandbox\"}}")
               .joins_sandbox);
    CHECK(!bundle_of("{}").joins_sandbox);
    // Where the text stands does count: an environment variable is the user's.
    CHECK(!bundle_of("{\"process\":{\"env\":[\"\\\"io.kubernetes.cri.container-type\\\":"
                     "\\\"container\\\"\"]}}")
               .joins_sandbox);
}

static void a_container_that_does_not_say_which_sandbox_it_joins_is_refused(void) {
    static const char *const BAD[] = {
        "{\"annotations\":{\"io.kubernetes.cri.container-type\":\"container\"}}",
        "{\"annotations\":{\"io.kubernetes.cri.container-type\":\"container\","
        "\"io.kubernetes.cri.sandbox-id\":\"../x\"}}",
        "[]",
    };
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        struct bundle bundle;
        CHECK(!bundle_parse(BAD[i], strlen(BAD[i]), &bundle));
    }
}

static struct bundle sandbox_of(const char *namespace, const char *logs) {
    char text[256];
    snprintf(text, sizeof text,
             "{\"annotations\":{\"io.kubernetes.cri.sandbox-namespace\":\"%s\","
             "\"io.kubernetes.cri.sandbox-log-directory\":\"%s\"}}",
             namespace, logs);
    return bundle_of(text);
}

static void refused_calls_are_noted_for_checked_pods_alone(void) {
    CHECK(strcmp(sandbox_of("glovebox-check", "/logs/p").refused_calls,
                 "/logs/p/refused-calls.log") == 0);
    CHECK(sandbox_of("glovebox-checks", "/logs/p").refused_calls[0] == '\0');
    CHECK(sandbox_of("glovebox-chec", "/logs/p").refused_calls[0] == '\0');
    CHECK(sandbox_of("tenant", "/logs/p").refused_calls[0] == '\0');
    CHECK(sandbox_of("glovebox-check", "logs/p").refused_calls[0] == '\0');
    CHECK(sandbox_of("glovebox-check", "/logs/../p").refused_calls[0] == '\0');
    CHECK(bundle_of("{\"annotations\":{\"io.kubernetes.cri.sandbox-namespace\":"
                    "\"glovebox-check\"}}").refused_calls[0] == '\0');
}

static void a_cgroup_path_that_leads_elsewhere_is_none(void) {
    CHECK(strcmp(bundle_of("{\"linux\":{\"cgroupsPath\":\"/pods/pod1/c\"}}").cgroup,
                 "/pods/pod1/c") == 0);
    CHECK(bundle_of("{\"linux\":{\"cgroupsPath\":\"/pods/../..\"}}").cgroup[0] == '\0');
    CHECK(bundle_of("{\"linux\":{\"cgroupsPath\":\"slice:prefix:id\"}}").cgroup[0] == '\0');
}

static void settings_are_read(void) {
    struct settings settings;
    char why[128];
    CHECK(settings_parse("# ours\nrunsc = /opt/runsc\n\n  platform=kvm\r\nflag = --net-raw=true\n"
                         "hide-proc-sys-net = true",
                         &settings, why, sizeof why));
    CHECK(strcmp(settings.runsc, "/opt/runsc") == 0);
    CHECK(strcmp(settings.platform, "kvm") == 0);
    CHECK(settings.flag_count == 1 && strcmp(settings.flags[0], "--net-raw=true") == 0);
    CHECK(settings.hide_proc_sys_net);
    CHECK(settings_parse("runsc=/r", &settings, why, sizeof why));
    CHECK(strcmp(settings.platform, "systrap") == 0 && !settings.hide_proc_sys_net);
}

static void settings_with_a_fault_are_refused_and_the_line_is_named(void) {
    static const struct {
        const char *text;
        const char *why;
    } CASES[] = {
        {"", "empty or longer than 4095 bytes"},
        {"# nothing", "no line says where runsc is"},
        {"runsc = runsc", "line 1: runsc is an absolute path"},
        {"runsc = /a\nrunsc = /b", "line 2: runsc given twice"},
        {"runsc = /a\nplatform = magic", "line 2: platform is systrap, kvm or ptrace"},
        {"runsc = /a\nplatform = kvm\nplatform = kvm", "line 3: platform given twice"},
        {"runsc = /a\nwhat = ever", "line 2: unknown key"},
        {"runsc /a", "line 1: expected key = value"},
        {"runsc = /a\nhide-proc-sys-net = yes", "line 2: true or false"},
        {"runsc = /a\nflag = --ignore-cgroups", "line 2: this flag is not one that may be set here"},
        {"runsc = /a\nflag = --root=/x", "line 2: this flag is not one that may be set here"},
        {"runsc = /a\nflag = --TESTONLY-x", "line 2: this flag is not one that may be set here"},
        {"runsc = /a\nflag = net-raw", "line 2: this flag is not one that may be set here"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct settings settings;
        char why[128] = "";
        CHECK(!settings_parse(CASES[i].text, &settings, why, sizeof why));
        CHECK(strcmp(why, CASES[i].why) == 0);
    }
}

static void more_flags_than_there_is_room_for_are_refused(void) {
    char text[1024] = "runsc = /a\n";
    for (int i = 0; i <= SETTINGS_MOST_FLAGS; i++) {
        strcat(text, "flag = --x\n");
    }
    struct settings settings;
    char why[128];
    CHECK(!settings_parse(text, &settings, why, sizeof why));
}

static void a_file_is_trusted_only_when_its_owner_alone_can_write_it(void) {
    CHECK(settings_trusted(&(struct stat){.st_uid = 0, .st_mode = 0100644}, 0));
    CHECK(!settings_trusted(&(struct stat){.st_uid = 0, .st_mode = 0100664}, 0));
    CHECK(!settings_trusted(&(struct stat){.st_uid = 0, .st_mode = 0100646}, 0));
    CHECK(!settings_trusted(&(struct stat){.st_uid = 1000, .st_mode = 0100600}, 0));
}

static bool understood(struct invocation *invocation, char *why, int count, char *const *words) {
    return invocation_parse(count, words, invocation, why, 256);
}

#define UNDERSTOOD(invocation, ...)                                               \
    understood(invocation, (char[256]){0},                                        \
               (int)(sizeof(char *[]){__VA_ARGS__} / sizeof(char *)),             \
               (char *[]){__VA_ARGS__})

static void the_shims_command_lines_are_understood(void) {
    struct invocation asked;
    CHECK(UNDERSTOOD(&asked, "--root", "/r", "--log", "/l", "--log-format", "json", "create",
                     "--bundle", "/b", "--pid-file", "/p", "--console-socket", "/c", "--no-pivot",
                     "id_1.x-y"));
    CHECK(strcmp(asked.root, "/r") == 0 && strcmp(asked.log, "/l") == 0);
    CHECK(strcmp(asked.bundle, "/b") == 0 && strcmp(asked.pid_file, "/p") == 0);
    CHECK(strcmp(asked.console_socket, "/c") == 0 && strcmp(asked.id, "id_1.x-y") == 0);
    CHECK(UNDERSTOOD(&asked, "--root=/r", "kill", "--all", "id", "9"));
    CHECK(asked.all && asked.signal == 9);
    CHECK(UNDERSTOOD(&asked, "--root=/r", "delete", "--force", "id"));
    CHECK(asked.force);
    CHECK(UNDERSTOOD(&asked, "--root=/r", "exec", "--process", "/p", "--detach", "id"));
    char *const ps[] = {"--root=/r", "ps", "--format", "json", "id"};
    CHECK(understood(&asked, (char[256]){0}, 5, ps));
    CHECK(asked.word_count == 4 && asked.words == ps + 1);
    CHECK(UNDERSTOOD(&asked, "--root=/r", "list"));
    CHECK(UNDERSTOOD(&asked, "--version"));
}

static void other_command_lines_are_refused(void) {
    struct invocation asked;
    CHECK(!UNDERSTOOD(&asked, "create", "id"));
    CHECK(!UNDERSTOOD(&asked, "--root", "r", "create", "id"));
    CHECK(!UNDERSTOOD(&asked, "--root=/r", "--rootless=true", "create", "id"));
    CHECK(!UNDERSTOOD(&asked, "--root=/r", "create", "--bundle"));
    CHECK(!UNDERSTOOD(&asked, "--root=/r", "create", "--no-pivot=true", "id"));
    CHECK(!UNDERSTOOD(&asked, "--root=/r", "create", "--preserve-fds", "1", "id"));
    CHECK(!UNDERSTOOD(&asked, "--root=/r", "update", "--resources", "-", "id"));
    CHECK(!UNDERSTOOD(&asked, "--root=/r", "do", "id"));
    CHECK(!UNDERSTOOD(&asked, "--root=/r", "kill", "id", "KILL"));
    CHECK(!UNDERSTOOD(&asked, "--root=/r", "kill", "id", "65"));
    CHECK(!UNDERSTOOD(&asked, "--root=/r", "start", "id", "more"));
    CHECK(!UNDERSTOOD(&asked, "--root=/r", "start"));
}

static void an_id_is_safe_as_a_files_name(void) {
    char longest[INVOCATION_LONGEST_ID + 2];
    memset(longest, 'a', sizeof longest);
    longest[INVOCATION_LONGEST_ID + 1] = '\0';
    CHECK(!invocation_valid_id(longest));
    longest[INVOCATION_LONGEST_ID] = '\0';
    CHECK(invocation_valid_id(longest));
    static const char *const BAD[] = {"", ".", "..", "-f", "a/b", "a b", "\xc3\xa9", ".launcher"};
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        CHECK(!invocation_valid_id(BAD[i]));
    }
}

static void a_message_becomes_the_inside_of_a_json_string(void) {
    char escaped[64];
    report_escape("a \"b\"\\\n\x01", escaped, sizeof escaped);
    CHECK(strcmp(escaped, "a \\\"b\\\"\\\\\\u000a\\u0001") == 0);
    char small[4];
    report_escape("ab\"", small, sizeof small);
    CHECK(strcmp(small, "ab") == 0);
}

int main(void) {
    json_is_taken_and_nothing_else();
    json_nests_no_deeper_than_64();
    a_member_is_found_by_its_decoded_name_and_the_last_one_counts();
    a_string_that_cannot_be_a_c_string_is_refused();
    a_number_is_whole_and_fits();
    damaged_json_is_survived();
    calls_that_a_profile_wants_to_be_unknown_are_unknown();
    what_runsc_reads_of_a_bundle_is_mended();
    a_container_of_a_pod_is_known_by_its_annotation_alone();
    a_container_that_does_not_say_which_sandbox_it_joins_is_refused();
    a_cgroup_path_that_leads_elsewhere_is_none();
    refused_calls_are_noted_for_checked_pods_alone();
    settings_are_read();
    settings_with_a_fault_are_refused_and_the_line_is_named();
    more_flags_than_there_is_room_for_are_refused();
    a_file_is_trusted_only_when_its_owner_alone_can_write_it();
    the_shims_command_lines_are_understood();
    other_command_lines_are_refused();
    an_id_is_safe_as_a_files_name();
    a_message_becomes_the_inside_of_a_json_string();
    printf("launcher: %d checks, %d failures\n", checks, failures);
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
