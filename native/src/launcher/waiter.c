#include "waiter.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "background.h"
#include "cgroup.h"
#include "foreground.h"
#include "json.h"
#include "pidfile.h"
#include "report.h"
#include "state.h"
#include "terminal.h"

// What a container whose end was not seen counts as: killed.
enum { UNSEEN_END = 137 };

enum stage {
    CREATED,  // holds the streams
    STARTING, // `start` has the streams, too, and has not said how it went
    RUNNING,  // `runsc wait` runs
};

struct waiter {
    const struct runsc *runsc;
    int directory;
    enum stage stage;
    int listener;
    int starter; // the connection of `start` while STARTING, else -1
    const char *sandbox;
    int typed;   // a signalfd for what the container's terminal sends, else -1
    int waited;  // the end of `runsc wait`'s pipe while RUNNING, else -1
    pid_t runsc_wait;
    char output[512]; // of `runsc wait`
    size_t output_length;
};

static _Noreturn void end(struct waiter *waiter, int code) {
    state_forget(waiter->directory, waiter->runsc->invocation->id);
    _exit(code);
}

static void begin_waiting(struct waiter *waiter) {
    int ends[2];
    if (!background_drop_streams() || pipe2(ends, O_CLOEXEC) < 0) {
        report("cannot wait for container %s: %s", waiter->runsc->invocation->id, strerror(errno));
        end(waiter, UNSEEN_END);
    }
    struct arguments arguments = runsc_arguments(waiter->runsc);
    arguments_add(&arguments, "wait");
    arguments_add(&arguments, waiter->runsc->invocation->id);
    struct streams streams = {{STDIN_FILENO, ends[1], STDERR_FILENO}};
    waiter->runsc_wait = runsc_start(&arguments, streams, true, false);
    close(ends[1]);
    if (waiter->runsc_wait < 0) {
        end(waiter, UNSEEN_END);
    }
    waiter->waited = ends[0];
    waiter->stage = RUNNING;
}

// `runsc wait` says {"id":"...","exitStatus":N}; it fails where the whole sandbox has died.
static int exit_code(struct waiter *waiter) {
    struct json answer;
    struct json status;
    int code;
    if (runsc_await(waiter->runsc_wait) == 0 &&
        json_parse(waiter->output, waiter->output_length, &answer) &&
        json_member(answer, "exitStatus", &status) && json_number(status, &code)) {
        return code & 0xff;
    }
    return UNSEEN_END;
}

static void read_waited(struct waiter *waiter) {
    char *free_part = waiter->output + waiter->output_length;
    size_t room = sizeof waiter->output - waiter->output_length;
    ssize_t length = room == 0 ? 0 : read(waiter->waited, free_part, room);
    if (length < 0 && errno == EINTR) {
        return;
    }
    if (length <= 0) {
        end(waiter, exit_code(waiter));
    }
    waiter->output_length += (size_t)length;
}

static void answer(int connection, enum answer what) {
    char byte = (char)what;
    (void)state_send(connection, &byte, 1, NULL, 0); // whoever asked and went needs no answer
}

// The verdict of `start`. A starter that went without one may have started the container, so its
// end is waited for.
static void read_verdict(struct waiter *waiter) {
    char verdict = 0;
    ssize_t length = state_receive(waiter->starter, &verdict, 1, NULL, NULL);
    if (length == 1 && verdict == NOT_STARTED) {
        waiter->stage = CREATED;
    } else {
        begin_waiting(waiter);
        answer(waiter->starter, DONE);
    }
    close(waiter->starter);
    waiter->starter = -1;
}

static void give_streams(struct waiter *waiter, int connection) {
    char byte = STREAMS;
    if (waiter->stage != CREATED) {
        answer(connection, WRONG_STATE);
    } else if (state_send(connection, &byte, 1, RUNSC_OWN_STREAMS.descriptors, 3)) {
        waiter->stage = STARTING;
        waiter->starter = connection;
        return;
    }
    close(connection);
}

static void end_created(struct waiter *waiter, int connection, int signal) {
    if (waiter->stage != CREATED) {
        answer(connection, WRONG_STATE);
        close(connection);
        return;
    }
    state_forget(waiter->directory, waiter->runsc->invocation->id);
    answer(connection, DONE);
    _exit(128 + signal);
}

static void serve(struct waiter *waiter) {
    int connection = accept4(waiter->listener, NULL, NULL, SOCK_CLOEXEC);
    if (connection < 0) {
        return;
    }
    struct timeval patience = {.tv_sec = 5};
    unsigned char request[2] = {0};
    if (setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) < 0 ||
        state_receive(connection, request, sizeof request, NULL, NULL) < 1) {
        close(connection);
        return;
    }
    switch (request[0]) {
        case ASK_STREAMS:
            give_streams(waiter, connection);
            break;
        case END_CREATED:
            end_created(waiter, connection, request[1]);
            break;
        case END:
            end(waiter, UNSEEN_END); // `runsc wait` is bound to this process and ends with it
        default:
            close(connection);
    }
}

// What somebody typed (Ctrl-C), or a new size of the window, for the container's foreground.
static void pass_typed(struct waiter *waiter) {
    struct signalfd_siginfo signal;
    if (read(waiter->typed, &signal, sizeof signal) == sizeof signal && waiter->stage == RUNNING) {
        foreground_signal(waiter->directory, waiter->sandbox, waiter->runsc->invocation->id,
                          (int)signal.ssi_signo);
    }
}

static _Noreturn void wait_on(struct waiter *waiter) {
    for (;;) {
        struct pollfd events[] = {
            {.fd = waiter->listener, .events = POLLIN},
            {.fd = waiter->starter, .events = POLLIN},
            {.fd = waiter->waited, .events = POLLIN},
            {.fd = waiter->typed, .events = POLLIN},
        };
        if (poll(events, sizeof events / sizeof *events, -1) < 0) {
            if (errno == EINTR) {
                continue;
            }
            end(waiter, UNSEEN_END);
        }
        if (events[2].revents != 0) {
            read_waited(waiter);
        }
        if (events[1].revents != 0) {
            read_verdict(waiter);
        }
        if (events[0].revents != 0) {
            serve(waiter);
        }
        if (events[3].revents != 0) {
            pass_typed(waiter);
        }
    }
}

// Makes the container's terminal this process's own, so that the kernel sends it what is typed
// there: the container's processes are none of the host kernel's.
static bool own_terminal(struct waiter *waiter, int terminal) {
    sigset_t typed;
    static const int SIGNALS[] = {SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGWINCH};
    sigemptyset(&typed);
    for (size_t i = 0; i < sizeof SIGNALS / sizeof *SIGNALS; i++) {
        sigaddset(&typed, SIGNALS[i]);
    }
    if (ioctl(terminal, TIOCSCTTY, 0) < 0 || sigprocmask(SIG_BLOCK, &typed, NULL) < 0) {
        return false;
    }
    waiter->typed = signalfd(-1, &typed, SFD_CLOEXEC);
    // Standard output is not the container's then but the shim's, which reads it to its end.
    return waiter->typed >= 0 && background_drop_streams();
}

static _Noreturn void become_waiter(struct waiter *waiter, const struct bundle *bundle,
                                    int terminal, int ready) {
    if (!background_detach("glovebox-wait") ||
        (terminal >= 0 && !own_terminal(waiter, terminal)) || listen(waiter->listener, 8) < 0) {
        report("cannot prepare to wait for a container: %s", strerror(errno));
        _exit(EXIT_FAILURE);
    }
    cgroup_join(bundle->cgroup);
    if (!state_send(ready, "", 1, NULL, 0)) {
        _exit(EXIT_FAILURE);
    }
    close(ready);
    wait_on(waiter);
}

// Forks the waiting process and returns when it listens; its id, or -1.
static pid_t leave_waiter(const struct runsc *runsc, const struct bundle *bundle, int directory,
                          int listener, int terminal) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) {
        report("cannot make a socket pair: %s", strerror(errno));
        return -1;
    }
    pid_t pid = fork();
    if (pid == 0) {
        struct waiter waiter = {.runsc = runsc, .directory = directory, .stage = CREATED,
                                .listener = listener, .starter = -1, .waited = -1,
                                .typed = -1, .sandbox = bundle->sandbox};
        close(ends[0]);
        become_waiter(&waiter, bundle, terminal, ends[1]);
    }
    close(ends[1]);
    char byte;
    bool listens = pid > 0 && state_receive(ends[0], &byte, 1, NULL, NULL) == 1;
    close(ends[0]);
    if (!listens) {
        report("no process to wait for container %s", runsc->invocation->id);
        return -1;
    }
    return pid;
}

// Runs `runsc create`, with a console socket where one is given.
static int create_in_sandbox(const struct runsc *runsc, const char *console_socket) {
    const struct invocation *asked = runsc->invocation;
    struct arguments arguments = runsc_arguments(runsc);
    arguments_add(&arguments, "create");
    arguments_add(&arguments, "--bundle");
    arguments_add(&arguments, asked->bundle);
    if (console_socket != NULL) {
        arguments_add(&arguments, "--console-socket");
        arguments_add(&arguments, console_socket);
    }
    arguments_add(&arguments, asked->id);
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nothing < 0) {
        report("cannot open /dev/null: %s", strerror(errno));
        return EXIT_FAILURE;
    }
    struct streams streams = {{nothing, nothing, STDERR_FILENO}};
    int code = runsc_run(&arguments, streams);
    close(nothing);
    return code;
}

static void undo_create(const struct runsc *runsc, int directory) {
    const char *id = runsc->invocation->id;
    struct arguments arguments = runsc_arguments(runsc);
    arguments_add(&arguments, "delete");
    arguments_add(&arguments, "--force");
    arguments_add(&arguments, id);
    state_end_waiter(directory, id);
    runsc_run(&arguments, RUNSC_OWN_STREAMS);
    state_forget(directory, id);
}

// The same for a container with a terminal, whose own side is left in `*terminal`: runsc makes the
// pseudo-terminal, and its master goes through this process's hands to the shim.
static int create_with_terminal(const struct runsc *runsc, int directory, int *terminal) {
    char name[INVOCATION_LONGEST_ID + 8];
    char path[PATH_MAX];
    snprintf(name, sizeof name, "%s.t", runsc->invocation->id);
    snprintf(path, sizeof path, "/proc/%d/fd/%d/%s", (int)getpid(), directory, name);
    int listener = terminal_listen(directory, name);
    if (listener < 0) {
        return EXIT_FAILURE;
    }
    int code = create_in_sandbox(runsc, path);
    bool passed_on = code == 0 &&
                     terminal_pass_on(listener, runsc->invocation->console_socket, terminal);
    close(listener);
    unlinkat(directory, name, 0);
    if (code == 0 && !passed_on) {
        undo_create(runsc, directory);
        return EXIT_FAILURE;
    }
    return code;
}

int waiter_create(const struct runsc *runsc, const struct bundle *bundle) {
    const struct invocation *asked = runsc->invocation;
    int directory = state_open(asked->root);
    if (directory < 0) {
        return EXIT_FAILURE;
    }
    int listener = state_bind(directory, asked->id);
    if (listener < 0) {
        return EXIT_FAILURE;
    }
    int terminal = -1;
    int code = asked->console_socket != NULL ? create_with_terminal(runsc, directory, &terminal)
                                             : create_in_sandbox(runsc, NULL);
    if (code != 0) {
        state_forget(directory, asked->id);
        return code;
    }
    pid_t pid = leave_waiter(runsc, bundle, directory, listener, terminal);
    if (pid < 0 || (asked->pid_file != NULL && !pidfile_write(asked->pid_file, pid))) {
        undo_create(runsc, directory);
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}

static int start_with(const struct runsc *runsc, int connection) {
    const char *id = runsc->invocation->id;
    char byte = ASK_STREAMS;
    struct streams streams;
    size_t received;
    if (!state_send(connection, &byte, 1, NULL, 0) ||
        state_receive(connection, &byte, 1, streams.descriptors, &received) != 1 ||
        byte != STREAMS || received != 3) {
        report("container %s was started already or has ended", id);
        return EXIT_FAILURE;
    }
    struct arguments arguments = runsc_arguments(runsc);
    arguments_add(&arguments, "start");
    arguments_add(&arguments, id);
    int code = runsc_run(&arguments, streams);
    byte = code == 0 ? STARTED : NOT_STARTED;
    if (!state_send(connection, &byte, 1, NULL, 0)) {
        report("the process that waits for container %s is gone", id);
        return EXIT_FAILURE;
    }
    if (code == 0 && state_receive(connection, &byte, 1, NULL, NULL) != 1) {
        report("the process that waits for container %s does not answer", id);
        return EXIT_FAILURE;
    }
    return code;
}

int waiter_start(const struct runsc *runsc, int directory) {
    int connection = state_connect(directory, runsc->invocation->id);
    if (connection < 0) {
        return errno == ENOENT ? -1 : EXIT_FAILURE;
    }
    int code = start_with(runsc, connection);
    close(connection);
    return code;
}

bool waiter_end_created(int directory, const char *id, int signal) {
    int connection = state_connect(directory, id);
    if (connection < 0) {
        return false;
    }
    unsigned char request[] = {END_CREATED, (unsigned char)signal};
    char verdict = WRONG_STATE;
    bool asked = state_send(connection, request, sizeof request, NULL, 0) &&
                 state_receive(connection, &verdict, 1, NULL, NULL) == 1;
    close(connection);
    return asked && verdict == DONE;
}
