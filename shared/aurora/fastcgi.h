/*
 * fastcgi: requests of a web server over a listening socket at descriptor 0 (FastCGI 1.0, role RESPONDER), one at a
 * time and one a connection.
 *
 * Whatever comes over the socket, memory stays bounded and the process alive: a connection on which something comes
 * that no web server sends (another version, records of another type or request than it is the turn of, a management
 * record, variables past the limits or with a NUL) is closed without an answer, and so is one that is silent for 30 s.
 */
#ifndef AURORA_AURORA_FASTCGI_H
#define AURORA_AURORA_FASTCGI_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Descriptor 0 is a listening socket. */
bool fastcgi_listening(void);

/* Somebody waits to be accepted, at the latest in so many ms: fastcgi_accept does not wait for the next. False also
 * when a signal came. */
bool fastcgi_waiting(int ms);

/* Wait for a request and read its variables. False when the connection ended before it had them all, or at the end. */
bool fastcgi_accept(void);

/*
 * Let nobody connect any more; those who wait already are still accepted. Where that is not done before a process ends,
 * a web server that has just sent its request gets no answer. For a Unix socket that is this process's alone, as
 * lighttpd and mod_fcgid make them: all who share one are closed together. Async-signal-safe.
 */
void fastcgi_close(void);

/* That has been done, and nobody waits any more. */
bool fastcgi_closed(void);

/* A variable of the request until its end, or NULL. */
const char *fastcgi_variable(const char *name);

/*
 * At most `len` bytes of the request's body: 0 at its end, -1 when the connection ends before it, or when some of it
 * was thrown away because an answer had to be sent before it was read.
 */
ssize_t fastcgi_read(void *data, size_t len);

/* Add to the answer. False when the web server has gone. */
bool fastcgi_write(const void *data, size_t len);

/* End the request: its answer is whole. */
void fastcgi_finish(void);

/* End the request so that the web server sees that its answer is not whole. */
void fastcgi_abort(void);

#endif
