/*
 * unit: what the unit tests share. Include it first: cmocka wants these headers before its own.
 */
#ifndef AURORA_TESTS_UNIT_H
#define AURORA_TESTS_UNIT_H

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The wait status of a child that runs call(arg) with standard error closed; 0 when it comes back. */
static inline int status_of(void (*call)(void *), void *arg)
{
	int status;
	pid_t child;

	fflush(NULL);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		close(STDERR_FILENO);
		call(arg);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

/* die() leaves with 1, bug() aborts. */
#define assert_dies(call, arg)                                                                                         \
	do {                                                                                                           \
		int wait_status = status_of(call, arg);                                                                \
		assert_true(WIFEXITED(wait_status));                                                                   \
		assert_int_equal(WEXITSTATUS(wait_status), 1);                                                         \
	} while (0)
#define assert_bug(call, arg)                                                                                          \
	do {                                                                                                           \
		int wait_status = status_of(call, arg);                                                                \
		assert_true(WIFSIGNALED(wait_status));                                                                 \
		assert_int_equal(WTERMSIG(wait_status), SIGABRT);                                                      \
	} while (0)

#endif
