// SPDX-License-Identifier: LGPL-2.1-or-later
#include "visual/kit/child/cage.h"

#include <fcntl.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <functional>
#include <initializer_list>
#include <memory>

namespace talkie {

namespace {

void limit(int resource, rlim_t value) {
  const rlimit both{value, value};
  setrlimit(static_cast<__rlimit_resource>(resource), &both);
}

// What threads, memory, time and the one socket take.
constexpr int kAllowed[] = {
    SCMP_SYS(read),
    SCMP_SYS(readv),
    SCMP_SYS(recvfrom),
    SCMP_SYS(recvmsg),
    SCMP_SYS(write),
    SCMP_SYS(writev),
    SCMP_SYS(sendto),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(close),
    SCMP_SYS(fstat),
    SCMP_SYS(eventfd2),
    SCMP_SYS(mmap),
    SCMP_SYS(munmap),
    SCMP_SYS(mprotect),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(brk),
    SCMP_SYS(futex),
    SCMP_SYS(membarrier),
    SCMP_SYS(rseq),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(getcpu),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(rt_sigsuspend),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(getrusage),
    SCMP_SYS(sysinfo),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_getres),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(nanosleep),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(getrandom),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
};

struct ReleaseFilter {
  void operator()(void* filter) const { seccomp_release(filter); }
};

int allow(scmp_filter_ctx filter, int call, std::initializer_list<scmp_arg_cmp> conditions = {}) {
  return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call,
                                static_cast<unsigned>(conditions.size()), conditions.begin());
}

int fill(scmp_filter_ctx filter) {
  int failure = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
  for (const int call : kAllowed)
    failure = failure ? failure : allow(filter, call);
  const auto then = [&](int call, std::initializer_list<scmp_arg_cmp> conditions) {
    failure = failure ? failure : allow(filter, call, conditions);
  };
  // Threads, and no processes. What clone3 asks for lies in memory, where a filter cannot look:
  // the C library falls back to clone.
  then(SCMP_SYS(clone), {SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD)});
  failure =
      failure ? failure : seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
  // The engine stops its own threads by signals, to look at their stacks.
  then(SCMP_SYS(tgkill), {SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(getpid()))});
  then(SCMP_SYS(prctl), {SCMP_A0(SCMP_CMP_EQ, PR_SET_NAME)});
  then(SCMP_SYS(prlimit64), {SCMP_A2(SCMP_CMP_EQ, 0)});  // limits are read, not set
  return failure;
}

}  // namespace

void drop_resources(int last_descriptor) {
  close_range(static_cast<unsigned>(last_descriptor) + 1, ~0U, 0);
  if (const int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC); file >= 0) {
    [[maybe_unused]] const ssize_t written = write(file, "1000", 4);
    close(file);
  }
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_FSIZE, 0);
  limit(RLIMIT_NOFILE, 32);  // the engine's wake-ups
}

std::string enter_cage() {
  const std::unique_ptr<void, ReleaseFilter> filter(seccomp_init(SCMP_ACT_ERRNO(EPERM)));
  if (!filter) return "no memory for a seccomp filter";
  int failure = fill(filter.get());
  // Sets no_new_privs as well.
  if (!failure) failure = seccomp_load(filter.get());
  return failure ? std::string("the kernel does not take a seccomp filter: ") + strerror(-failure)
                 : std::string();
}

std::string try_to_escape() {
  std::string escapes;
  const auto attempt = [&](const char* what, const std::function<bool()>& succeeds) {
    if (succeeds()) escapes += std::string(what) + "\n";
  };
  attempt("open a file", [] { return open("/etc/passwd", O_RDONLY) >= 0; });
  attempt("open a file of its own", [] { return open("/proc/self/maps", O_RDONLY) >= 0; });
  attempt("make a file", [] { return open("/tmp/talkie-escaped", O_CREAT | O_RDWR, 0600) >= 0; });
  attempt("open a socket", [] { return socket(AF_INET, SOCK_STREAM, 0) >= 0; });
  attempt("reach a local socket", [] { return socket(AF_UNIX, SOCK_STREAM, 0) >= 0; });
  attempt("start a process", [] {
    const pid_t child = fork();
    if (child == 0) _exit(0);
    return child > 0;
  });
  attempt("run a program", [] {
    char* const none[] = {nullptr};
    execve("/bin/true", none, none);
    return errno != EPERM;
  });
  attempt("signal another process", [] { return kill(getppid(), 0) == 0; });
  attempt("raise a limit", [] {
    const rlimit more{64, 64};
    return setrlimit(RLIMIT_FSIZE, &more) == 0;
  });
  return escapes;
}

}  // namespace talkie
