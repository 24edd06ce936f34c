#include "aurora/process.h"

#include <errno.h>
#include <seccomp.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "aurora/params.h"
#include "util/log.h"

#define OPEN_FILES 256

/* A sanitizer makes calls of its own when it reports. */
#ifdef AURORA_SANITIZED
#define FILTERED false
#else
#define FILTERED true
#endif

static const int forbidden_calls[] = {
	SCMP_SYS(execve),
	SCMP_SYS(execveat),
	SCMP_SYS(ptrace),
	SCMP_SYS(process_vm_readv),
	SCMP_SYS(process_vm_writev),
	SCMP_SYS(kexec_load),
	SCMP_SYS(init_module),
	SCMP_SYS(finit_module),
	SCMP_SYS(delete_module),
	SCMP_SYS(mount),
	SCMP_SYS(umount2),
	SCMP_SYS(pivot_root),
	SCMP_SYS(bpf),
	SCMP_SYS(userfaultfd),
	SCMP_SYS(perf_event_open),
	SCMP_SYS(add_key),
	SCMP_SYS(request_key),
	SCMP_SYS(keyctl),
	SCMP_SYS(unshare),
	SCMP_SYS(setns),
};

static void limit_resource(int resource, rlim_t value)
{
	struct rlimit limit = {.rlim_cur = value, .rlim_max = value};
	struct rlimit was;

	if (getrlimit(resource, &was) == 0 && was.rlim_max < value)
		limit = was;
	if (setrlimit(resource, &limit) != 0)
		die("setrlimit: %s", strerror(errno));
}

/* False where the kernel has no filters; a process that only lacks the memory for one does not go on without. */
static bool filter_calls(void)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);
	int error = ctx != NULL ? 0 : -ENOMEM;

	/* The mitigation that seccomp would switch on costs speed and guards against code that a function never runs.
	 */
	if (error == 0)
		error = seccomp_attr_set(ctx, SCMP_FLTATR_CTL_SSB, 1);
	for (size_t i = 0; error == 0 && i < sizeof(forbidden_calls) / sizeof(forbidden_calls[0]); i++)
		error = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), forbidden_calls[i], 0);
	if (error == 0)
		error = seccomp_load(ctx);
	seccomp_release(ctx);
	if (error == -ENOMEM)
		die("no seccomp filter: out of memory");
	return error == 0;
}

void process_harden(void)
{
	limit_resource(RLIMIT_CORE, 0);
	limit_resource(RLIMIT_NOFILE, OPEN_FILES);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		die("prctl: %s", strerror(errno));
	if (FILTERED && !filter_calls())
		log_warn("no seccomp filter on this kernel");
}

const char *database_conninfo(void)
{
	static char text[512];

	if (params.database[0] != '\0')
		return params.database;
	snprintf(text, sizeof(text), "host='%s' dbname=aurora", home_path("run"));
	return text;
}
