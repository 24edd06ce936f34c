/*
 * process: what every program of the house does to itself before it touches anything from outside.
 */
#ifndef AURORA_AURORA_PROCESS_H
#define AURORA_AURORA_PROCESS_H

/*
 * No core dumps, no new privileges, a bound on open files, and a seccomp filter: no exec, no ptrace, no loading of
 * code, no mounting (libseccomp). Threads and children inherit it. Dies when the kernel refuses, but for the filter on
 * kernels without it, where a warning is logged. Not under the sanitizers, whose runtime needs ptrace.
 */
void process_harden(void);

/* The conninfo of the house's database: the parameter, or the home's own cluster. Kept for the process's life. */
const char *database_conninfo(void);

#endif
