#include "runsc.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report.h"

const struct streams RUNSC_OWN_STREAMS = {{STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}};

static char *const ENVIRONMENT[] = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:"
                                    "/sbin:/bin",
                                    NULL};

void arguments_add(struct arguments *arguments, const char *word) {
    if (arguments->count == RUNSC_MOST_ARGUMENTS) {
        report("more than %d arguments for runsc", RUNSC_MOST_ARGUMENTS);
        _exit(EXIT_FAILURE);
    }
    arguments->words[arguments->count++] = word;
    arguments->words[arguments->count] = NULL;
}

struct arguments runsc_arguments(const struct runsc *runsc) {
    static char platform[sizeof "--platform=" + sizeof runsc->settings->platform];
    snprintf(platform, sizeof platform, "--platform=%s", runsc->settings->platform);
    struct arguments arguments = {0};
    arguments_add(&arguments, runsc->settings->runsc);
    arguments_add(&arguments, "--root");
    arguments_add(&arguments, runsc->invocation->root);
    if (runsc->invocation->log != NULL) {
        arguments_add(&arguments, "--log");
        arguments_add(&arguments, runsc->invocation->log);
        arguments_add(&arguments, "--log-format");
        arguments_add(&arguments, "json");
    }
    if (runsc->invocation->systemd_cgroup) {
        arguments_add(&arguments, "--systemd-cgroup");
    }
    arguments_add(&arguments, platform);
    for (size_t i = 0; i < runsc->settings->flag_count; i++) {
        arguments_add(&arguments, runsc->settings->flags[i]);
    }
    return arguments;
}

static void execute(const struct arguments *arguments) {
    sigset_t none;
    sigemptyset(&none);
    if (sigprocmask(SIG_SETMASK, &none, NULL) < 0 || close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) < 0) {
        report("cannot prepare to start runsc: %s", strerror(errno));
        return;
    }
    // execve does not write through its pointers; its declaration is older than const.
    char *words[RUNSC_MOST_ARGUMENTS + 1];
    memcpy(words, arguments->words, sizeof words);
    execve(words[0], words, ENVIRONMENT);
    report("cannot start %s: %s", words[0], strerror(errno));
}

void runsc_become(const struct arguments *arguments) {
    execute(arguments);
}

// Moves the streams to 0, 1 and 2. They are first copied above 2, so that none is overwritten before
// it was moved.
static bool take_streams(struct streams streams) {
    int copies[3];
    for (int i = 0; i < 3; i++) {
        copies[i] = fcntl(streams.descriptors[i], F_DUPFD_CLOEXEC, 3);
        if (copies[i] < 0) {
            return false;
        }
    }
    for (int i = 0; i < 3; i++) {
        if (dup2(copies[i], i) < 0) {
            return false;
        }
    }
    return true;
}

static void child(const struct arguments *arguments, struct streams streams, bool bound,
                  bool terminal, pid_t parent) {
    if (!take_streams(streams)) {
        report("cannot hand its streams to runsc: %s", strerror(errno));
        return;
    }
    if (bound && (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)) {
        return;
    }
    // Away from the terminal's foreground: what is typed is for the container.
    if (!terminal && setpgid(0, 0) < 0) {
        report("cannot make a process group for runsc: %s", strerror(errno));
        return;
    }
    if (terminal && (setsid() < 0 || ioctl(STDIN_FILENO, TIOCSCTTY, 0) < 0)) {
        report("cannot make the terminal runsc's own: %s", strerror(errno));
        return;
    }
    struct sigaction ignored = {.sa_handler = SIG_DFL};
    static const int SIGNALS[] = {SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM, SIGTTOU};
    for (size_t i = 0; i < sizeof SIGNALS / sizeof *SIGNALS; i++) {
        if (sigaction(SIGNALS[i], &ignored, NULL) < 0) {
            return;
        }
    }
    execute(arguments);
}

pid_t runsc_start(const struct arguments *arguments, struct streams streams, bool bound,
                  bool terminal) {
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid < 0) {
        report("cannot fork for runsc: %s", strerror(errno));
    } else if (pid == 0) {
        child(arguments, streams, bound, terminal, parent);
        _exit(127);
    }
    return pid;
}

int runsc_exit_code(int status) {
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int runsc_await(pid_t pid) {
    int status;
    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR) {
            report("cannot wait for runsc: %s", strerror(errno));
            return 255;
        }
    }
    return runsc_exit_code(status);
}

int runsc_run(const struct arguments *arguments, struct streams streams) {
    pid_t pid = runsc_start(arguments, streams, false, false);
    return pid < 0 ? 255 : runsc_await(pid);
}

bool runsc_prepare_mounts(const struct settings *settings) {
    if (!settings->hide_proc_sys_net) {
        return true;
    }
    if (unshare(CLONE_NEWNS) < 0) {
        report("cannot make a mount namespace for runsc: %s", strerror(errno));
        return false;
    }
    if (mount("none", "/", NULL, MS_REC | MS_SLAVE, NULL) < 0) {
        report("cannot detach runsc's mount namespace: %s", strerror(errno));
        return false;
    }
    if (mount("tmpfs", "/proc/sys/net", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY,
              "size=0,mode=0555") < 0) {
        report("cannot cover /proc/sys/net for runsc: %s", strerror(errno));
        return false;
    }
    return true;
}
