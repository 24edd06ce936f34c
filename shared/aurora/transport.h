/*
 * transport: how requests come in: FastCGI over a listening socket at descriptor 0, or one plain CGI request (RFC 3875)
 * from the environment and standard input.
 */
#ifndef AURORA_AURORA_TRANSPORT_H
#define AURORA_AURORA_TRANSPORT_H

#include <stdbool.h>

struct transport;

enum transport_kind { TRANSPORT_NONE /* started by hand */, TRANSPORT_CGI, TRANSPORT_FASTCGI };

enum transport_kind transport_open(void);

/*
 * The next request, or NULL when there are no more: after transport_retire; after SIGTERM or SIGUSR1, when those who
 * waited are served; or when plain CGI had its one. When nobody waits, log lines are flushed, and when nobody
 * comes for half a second, free memory goes back to the system.
 */
const struct transport *transport_accept(void);

/* End the request. `broken`: the client must see that the answer was cut off. */
void transport_finish(bool broken);

/* From the next moment on in which nobody waits, there are no more. */
void transport_retire(void);

#endif
