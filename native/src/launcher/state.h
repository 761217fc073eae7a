// What the launcher keeps between two calls: under `ROOT/.launcher` (0700), one control socket for
// each container that has a process waiting for its end. A socket without a listener is left over.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

// The kinds of message on a control socket: one byte, with a signal's number after END_CREATED.
enum request {
    ASK_STREAMS = 'S', // answered with STREAMS and the container's three streams
    STARTED = 'O',     // on the same connection: runsc has started the container
    NOT_STARTED = 'F', // on the same connection: it has not
    END_CREATED = 'K', // end as if by this signal, if the container was never started
    END = 'D',         // end at once
};

enum answer {
    STREAMS = 's',
    DONE = 'o',
    WRONG_STATE = 'w',
};

// Opens (and where absent makes) the launcher's directory under `root`, which must be root's alone.
// -1 on failure, reported.
int state_open(const char *root);

// Whether runsc has a state file for this container.
bool state_has_container(const char *root, const char *id);

// A bound control socket for `id`; what a dead predecessor left is replaced. The process that will
// wait has to call listen() itself, because the kernel names the listener to those who connect. -1
// on failure, reported.
int state_bind(int directory, const char *id);

// A connection to the process that waits for `id`, or -1 with errno ENOENT where there is none.
// Anything else that fails is reported.
int state_connect(int directory, const char *id);

// Removes the control socket of `id`, if any.
void state_forget(int directory, const char *id);

// Sends bytes, with descriptors where `count` is not 0. False on failure, reported unless the other
// end is gone.
bool state_send(int connection, const void *bytes, size_t length, const int *descriptors,
                size_t count);

// Receives one message; its length, 0 at the end, -1 on failure. Up to three descriptors are put
// into `descriptors` where that is not NULL; `*received` is their number.
ssize_t state_receive(int connection, void *bytes, size_t size, int descriptors[3],
                      size_t *received);

// Asks the process that waits for `id` to end and sees to it that it does. True also where there is
// none.
bool state_end_waiter(int directory, const char *id);
