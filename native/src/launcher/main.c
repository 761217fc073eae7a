// Stands between containerd's runc shim and gVisor's runsc: takes runc's command line and makes
// runsc behave as the shim expects of runc. See waiter.h and execution.h for what has to differ.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bundle.h"
#include "execution.h"
#include "invocation.h"
#include "json.h"
#include "report.h"
#include "runsc.h"
#include "settings.h"
#include "state.h"
#include "waiter.h"

// Becomes runsc with the command as it was given: what runsc understands as runc does.
static int hand_over(const struct runsc *runsc) {
    struct arguments arguments = runsc_arguments(runsc);
    for (size_t i = 0; i < runsc->invocation->word_count; i++) {
        arguments_add(&arguments, runsc->invocation->words[i]);
    }
    runsc_become(&arguments);
    return EXIT_FAILURE;
}

static int create_sandbox(const struct runsc *runsc, const struct bundle *bundle) {
    const struct invocation *asked = runsc->invocation;
    struct arguments arguments = runsc_arguments(runsc);
    arguments_add(&arguments, "create");
    arguments_add(&arguments, "--bundle");
    arguments_add(&arguments, asked->bundle);
    if (asked->pid_file != NULL) {
        arguments_add(&arguments, "--pid-file");
        arguments_add(&arguments, asked->pid_file);
    }
    if (asked->console_socket != NULL) {
        arguments_add(&arguments, "--console-socket");
        arguments_add(&arguments, asked->console_socket);
    }
    if (bundle->refused_calls[0] != '\0') {
        arguments_add(&arguments, "--user-log");
        arguments_add(&arguments, bundle->refused_calls);
    }
    arguments_add(&arguments, asked->id);
    runsc_become(&arguments);
    return EXIT_FAILURE;
}

static int create(const struct runsc *runsc) {
    struct bundle bundle;
    if (runsc->invocation->bundle == NULL) {
        report("create needs --bundle");
        return EXIT_FAILURE;
    }
    if (!bundle_load(runsc->invocation->bundle, &bundle) ||
        !runsc_prepare_mounts(runsc->settings)) {
        return EXIT_FAILURE;
    }
    return bundle.joins_sandbox ? waiter_create(runsc, &bundle) : create_sandbox(runsc, &bundle);
}

static int start(const struct runsc *runsc) {
    int directory = state_open(runsc->invocation->root);
    if (directory < 0 || !runsc_prepare_mounts(runsc->settings)) {
        return EXIT_FAILURE;
    }
    int code = waiter_start(runsc, directory);
    return code < 0 ? hand_over(runsc) : code;
}

// Whether runsc itself says that a container runs: its OCI status, and nothing of its messages.
static bool is_running(const struct runsc *runsc) {
    int ends[2];
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nothing < 0 || pipe2(ends, O_CLOEXEC) < 0) {
        report("cannot ask runsc for a container's state: %s", strerror(errno));
        return true; // not known to have ended
    }
    struct arguments arguments = runsc_arguments(runsc);
    arguments_add(&arguments, "state");
    arguments_add(&arguments, runsc->invocation->id);
    struct streams streams = {{nothing, ends[1], nothing}};
    pid_t child = runsc_start(&arguments, streams, true, false);
    close(ends[1]);
    char text[65536];
    size_t used = 0;
    for (ssize_t length; used < sizeof text; used += (size_t)length) {
        length = read(ends[0], text + used, sizeof text - used);
        if (length <= 0) {
            break;
        }
    }
    close(ends[0]);
    if (child < 0 || runsc_await(child) != 0) {
        return false;
    }
    struct json state;
    struct json status;
    char word[16];
    return !json_parse(text, used, &state) || !json_member(state, "status", &status) ||
           !json_string(status, word, sizeof word) || strcmp(word, "stopped") != 0;
}

// The shim tells "has ended" from "cannot be killed" by these words of runc's, and by no others.
static int explain_failed_kill(const struct runsc *runsc, int directory, int code) {
    const char *id = runsc->invocation->id;
    if (!state_has_container(runsc->invocation->root, id)) {
        report("container does not exist");
    } else if (!is_running(runsc)) {
        // Where the whole sandbox died, `runsc wait` may not have noticed.
        state_end_waiter(directory, id);
        report("container not running");
    }
    return code;
}

static int kill_container(const struct runsc *runsc) {
    const struct invocation *asked = runsc->invocation;
    int directory = state_open(asked->root);
    if (directory < 0) {
        return EXIT_FAILURE;
    }
    if (waiter_end_created(directory, asked->id, asked->signal)) {
        return EXIT_SUCCESS;
    }
    char signal[16];
    snprintf(signal, sizeof signal, "%d", asked->signal);
    struct arguments arguments = runsc_arguments(runsc);
    arguments_add(&arguments, "kill");
    if (asked->all) {
        arguments_add(&arguments, "--all");
    }
    arguments_add(&arguments, asked->id);
    arguments_add(&arguments, signal);
    int code = runsc_run(&arguments, RUNSC_OWN_STREAMS);
    return code == 0 ? code : explain_failed_kill(runsc, directory, code);
}

static int delete(const struct runsc *runsc) {
    const struct invocation *asked = runsc->invocation;
    int directory = state_open(asked->root);
    if (directory < 0) {
        return EXIT_FAILURE;
    }
    // The waiting process sits in the container's cgroup, which runsc is about to remove.
    if (asked->force && !state_end_waiter(directory, asked->id)) {
        return EXIT_FAILURE;
    }
    if (!state_has_container(asked->root, asked->id)) {
        state_forget(directory, asked->id);
        if (!asked->force) {
            report("container does not exist");
        }
        return asked->force ? EXIT_SUCCESS : EXIT_FAILURE;
    }
    struct arguments arguments = runsc_arguments(runsc);
    arguments_add(&arguments, "delete");
    if (asked->force) {
        arguments_add(&arguments, "--force");
    }
    arguments_add(&arguments, asked->id);
    int code = runsc_run(&arguments, RUNSC_OWN_STREAMS);
    if (code == 0 && state_end_waiter(directory, asked->id)) {
        state_forget(directory, asked->id);
    }
    return code;
}

static int version(const struct runsc *runsc) {
    struct arguments arguments = {0};
    arguments_add(&arguments, runsc->settings->runsc);
    arguments_add(&arguments, "--version");
    runsc_become(&arguments);
    return EXIT_FAILURE;
}

static int dispatch(const struct runsc *runsc) {
    static const struct {
        const char *command;
        int (*run)(const struct runsc *runsc);
    } OURS[] = {
        {"create", create}, {"start", start},          {"kill", kill_container},
        {"delete", delete}, {"exec", execution_begin},
    };
    if (runsc->invocation->version) {
        return version(runsc);
    }
    for (size_t i = 0; i < sizeof OURS / sizeof *OURS; i++) {
        if (strcmp(OURS[i].command, runsc->invocation->command) == 0) {
            return OURS[i].run(runsc);
        }
    }
    return hand_over(runsc);
}

int main(int count, char **words) {
    struct invocation invocation;
    struct settings settings;
    char why[256];
    bool understood = invocation_parse(count > 0 ? count - 1 : 0, words + 1, &invocation, why,
                                       sizeof why);
    report_to(invocation.log);
    if (!understood) {
        report("%s", why);
        return EXIT_FAILURE;
    }
    if (!settings_load(&settings)) {
        return EXIT_FAILURE;
    }
    struct runsc runsc = {.settings = &settings, .invocation = &invocation};
    return dispatch(&runsc);
}
