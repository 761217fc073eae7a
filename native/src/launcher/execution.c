#include "execution.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "background.h"
#include "pidfile.h"
#include "report.h"
#include "state.h"
#include "terminal.h"

// What a process whose end was not seen counts as: killed.
enum { UNSEEN_END = 137 };

struct minder {
    const struct runsc *runsc;
    int directory;
    int stand_in; // the socket to the stand-in
    int caller;   // the socket to `exec` itself, which waits for one byte: an exit code
    int ended;    // a signalfd for SIGCHLD
    pid_t child;
    char host_name[32];  // the file in which `runsc exec` says that the process runs
    char guest_name[32]; // and the one with the process's id within the sandbox
};

static int block(const sigset_t *signals) {
    if (sigprocmask(SIG_BLOCK, signals, NULL) < 0) {
        return -1;
    }
    return signalfd(-1, signals, SFD_CLOEXEC);
}

// The stand-in.

static _Noreturn void stand_in(int minder) {
    sigset_t signals;
    static const int SYNCHRONOUS[] = {SIGCHLD, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS};
    sigfillset(&signals);
    for (size_t i = 0; i < sizeof SYNCHRONOUS / sizeof *SYNCHRONOUS; i++) {
        sigdelset(&signals, SYNCHRONOUS[i]);
    }
    int arriving = block(&signals);
    if (arriving < 0 || !background_drop_streams() || !background_detach("glovebox-exec")) {
        report("cannot stand in for a container's process: %s", strerror(errno));
        _exit(UNSEEN_END);
    }
    for (;;) {
        struct pollfd events[] = {{.fd = minder, .events = POLLIN},
                                  {.fd = arriving, .events = POLLIN}};
        if (poll(events, 2, -1) < 0 && errno != EINTR) {
            _exit(UNSEEN_END);
        }
        unsigned char byte;
        if (events[0].revents != 0) {
            bool told = state_receive(minder, &byte, 1, NULL, NULL) == 1;
            _exit(told ? byte : UNSEEN_END);
        }
        struct signalfd_siginfo signal;
        if (events[1].revents != 0 && read(arriving, &signal, sizeof signal) == sizeof signal) {
            byte = (unsigned char)signal.ssi_signo;
            (void)state_send(minder, &byte, 1, NULL, 0); // the end of the minder is seen above
        }
    }
}

// The minder.

static void remove_files(const struct minder *minder) {
    unlinkat(minder->directory, minder->host_name, 0);
    unlinkat(minder->directory, minder->guest_name, 0);
}

static void say(int connection, int code) {
    unsigned char byte = (unsigned char)code;
    (void)state_send(connection, &byte, 1, NULL, 0); // nobody is left to tell, if it fails
}

static pid_t start_process(const struct minder *minder, struct streams streams) {
    const struct invocation *asked = minder->runsc->invocation;
    char host[PATH_MAX];
    char guest[PATH_MAX];
    snprintf(host, sizeof host, "%s/.launcher/%s", asked->root, minder->host_name);
    snprintf(guest, sizeof guest, "%s/.launcher/%s", asked->root, minder->guest_name);
    struct arguments arguments = runsc_arguments(minder->runsc);
    arguments_add(&arguments, "exec");
    arguments_add(&arguments, "--process");
    arguments_add(&arguments, asked->process);
    arguments_add(&arguments, "--internal-pid-file");
    arguments_add(&arguments, guest);
    arguments_add(&arguments, "--pid-file");
    arguments_add(&arguments, host);
    arguments_add(&arguments, asked->id);
    return runsc_start(&arguments, streams, true, asked->console_socket != NULL);
}

// The child's exit code, or -1 while it runs.
static int poll_child(const struct minder *minder) {
    int status;
    pid_t ended = waitpid(minder->child, &status, WNOHANG);
    return ended == minder->child ? runsc_exit_code(status) : -1;
}

static void drain(int descriptor) {
    char events[4096];
    (void)!read(descriptor, events, sizeof events); // what happened is looked up, not read
}

// Waits until the process runs, or `runsc exec` has ended. The exit code in the latter case, else -1.
static int await_start(const struct minder *minder, int changes) {
    for (;;) {
        int code = poll_child(minder);
        if (code >= 0 || pidfile_read(minder->directory, minder->host_name) == minder->child) {
            return code;
        }
        struct pollfd events[] = {{.fd = changes, .events = POLLIN},
                                  {.fd = minder->ended, .events = POLLIN}};
        if (poll(events, 2, -1) < 0 && errno != EINTR) {
            return 255;
        }
        for (int i = 0; i < 2; i++) {
            if (events[i].revents != 0) {
                drain(events[i].fd);
            }
        }
    }
}

static void pass_signal(const struct minder *minder, pid_t guest, int signal) {
    char pid[16];
    char number[16];
    snprintf(pid, sizeof pid, "%d", (int)guest);
    snprintf(number, sizeof number, "%d", signal);
    struct arguments arguments = runsc_arguments(minder->runsc);
    arguments_add(&arguments, "kill");
    arguments_add(&arguments, "--pid");
    arguments_add(&arguments, pid);
    arguments_add(&arguments, minder->runsc->invocation->id);
    arguments_add(&arguments, number);
    runsc_run(&arguments, RUNSC_OWN_STREAMS); // fails where the process has just ended
}

// Until the end of the process: passes on what its stand-in was sent. The exit code.
static int attend(struct minder *minder, pid_t guest) {
    for (;;) {
        int code = poll_child(minder);
        if (code >= 0) {
            return code;
        }
        struct pollfd events[] = {{.fd = minder->stand_in, .events = POLLIN},
                                  {.fd = minder->ended, .events = POLLIN}};
        if (poll(events, 2, -1) < 0 && errno != EINTR) {
            return UNSEEN_END;
        }
        if (events[1].revents != 0) {
            drain(minder->ended);
        }
        if (events[0].revents != 0) {
            unsigned char signal;
            if (state_receive(minder->stand_in, &signal, 1, NULL, NULL) == 1) {
                pass_signal(minder, guest, signal);
            } else {
                close(minder->stand_in);
                minder->stand_in = -1; // poll leaves it out from now on
                pass_signal(minder, guest, SIGKILL);
            }
        }
    }
}

static _Noreturn void mind(struct minder *minder, struct streams streams) {
    sigset_t child_ends;
    sigemptyset(&child_ends);
    sigaddset(&child_ends, SIGCHLD);
    minder->ended = block(&child_ends);
    snprintf(minder->host_name, sizeof minder->host_name, "exec-%d.host", (int)getpid());
    snprintf(minder->guest_name, sizeof minder->guest_name, "exec-%d.guest", (int)getpid());
    char watched[32];
    snprintf(watched, sizeof watched, "/proc/self/fd/%d", minder->directory);
    int changes = inotify_init1(IN_CLOEXEC);
    if (minder->ended < 0 || changes < 0 ||
        inotify_add_watch(changes, watched, IN_MOVED_TO | IN_CLOSE_WRITE) < 0 ||
        !background_detach("glovebox-exec")) {
        report("cannot prepare to run a process in a container: %s", strerror(errno));
        _exit(EXIT_FAILURE);
    }
    remove_files(minder);
    minder->child = start_process(minder, streams);
    if (minder->child < 0 || !background_drop_streams()) {
        _exit(EXIT_FAILURE);
    }
    for (int i = 0; i < 3; i++) {
        if (streams.descriptors[i] > STDERR_FILENO) {
            close(streams.descriptors[i]);
        }
    }
    int code = await_start(minder, changes);
    close(changes);
    pid_t guest = pidfile_read(minder->directory, minder->guest_name);
    bool started = pidfile_read(minder->directory, minder->host_name) == minder->child;
    remove_files(minder);
    if (!started) {
        say(minder->caller, code > 0 ? code : EXIT_FAILURE);
        _exit(EXIT_FAILURE);
    }
    say(minder->caller, EXIT_SUCCESS);
    close(minder->caller);
    say(minder->stand_in, code >= 0 ? code : attend(minder, guest));
    _exit(EXIT_SUCCESS);
}

// The call itself.

// Forks the stand-in and the minder; the stand-in's id, and in `*verdict` the socket on which the
// minder says how the start went. -1 on failure, reported.
static pid_t fork_both(const struct runsc *runsc, int directory, struct streams streams,
                       int *verdict) {
    int between[2];
    int answer[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, between) < 0 ||
        socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, answer) < 0) {
        report("cannot make a socket pair: %s", strerror(errno));
        return -1;
    }
    pid_t standing = fork();
    if (standing == 0) {
        close(between[1]);
        close(answer[0]);
        close(answer[1]);
        close(directory);
        for (int i = 0; i < 3; i++) {
            if (streams.descriptors[i] > STDERR_FILENO) {
                close(streams.descriptors[i]);
            }
        }
        stand_in(between[0]);
    }
    close(between[0]);
    pid_t minding = standing < 0 ? -1 : fork();
    if (minding == 0) {
        close(answer[0]);
        struct minder minder = {.runsc = runsc, .directory = directory, .stand_in = between[1],
                                .caller = answer[1]};
        mind(&minder, streams);
    }
    close(between[1]);
    close(answer[1]);
    *verdict = answer[0];
    if (minding < 0) {
        report("cannot fork for exec: %s", strerror(errno));
        return -1; // a stand-in without its minder ends by itself
    }
    return standing;
}

int execution_begin(const struct runsc *runsc) {
    const struct invocation *asked = runsc->invocation;
    if (asked->process == NULL) {
        report("exec needs --process");
        return EXIT_FAILURE;
    }
    int directory = state_open(asked->root);
    struct streams streams = RUNSC_OWN_STREAMS;
    if (directory < 0) {
        return EXIT_FAILURE;
    }
    if (asked->console_socket != NULL) {
        int terminal;
        if (!terminal_open(asked->console_socket, &terminal)) {
            return EXIT_FAILURE;
        }
        streams = (struct streams){{terminal, terminal, terminal}};
    }
    int verdict;
    pid_t standing = fork_both(runsc, directory, streams, &verdict);
    if (standing < 0) {
        return EXIT_FAILURE;
    }
    unsigned char code;
    if (state_receive(verdict, &code, 1, NULL, NULL) != 1) {
        report("the process that runs exec ended before it began");
        return EXIT_FAILURE;
    }
    if (code == EXIT_SUCCESS && asked->pid_file != NULL &&
        !pidfile_write(asked->pid_file, standing)) {
        kill(standing, SIGKILL); // its minder then kills the container's process
        return EXIT_FAILURE;
    }
    return code;
}
