/* Loaded before the C library: writes down every change of names below a folder and, at each sync of a file, a copy of
   it. What it writes down is all a power cut leaves to choose from. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER;
static int number;
#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* The whole name of a path, nothing where it is not below the folder. */
static const char *whole(int at, const char *path, char *into) {
  const char *under = getenv("POWER_UNDER");
  if (!under || !path) return NULL;
  if (path[0] == '/') {
    snprintf(into, 4096, "%s", path);
  } else {
    char link[64];
    if (at == AT_FDCWD) snprintf(link, sizeof link, "/proc/self/cwd");
    else snprintf(link, sizeof link, "/proc/self/fd/%d", at);
    ssize_t length = readlink(link, into, 2048);
    if (length < 0) return NULL;
    snprintf(into + length, 2048, "/%s", path);
  }
  return strncmp(into, under, strlen(under)) ? NULL : into;
}

static void say(const char *what, const char *path, const char *other) {
  char line[9000];
  struct stat status = {0};
  const char *log = getenv("POWER_LOG");
  const char *now = other ? other : path;
  lstat(now, &status);
  int length = snprintf(line, sizeof line, "%d\t%s\t%lu\t%s\t%s\n", number++, what, (unsigned long)status.st_ino, path,
                        other ? other : "");
  int out = REAL(open)(log, O_WRONLY | O_CREAT | O_APPEND, 0644);
  if (write(out, line, length) != length) abort();
  close(out);
}

static int opened(int at, const char *path, int flags, mode_t mode) {
  char name[8192];
  const char *found = (flags & O_CREAT) && (flags & O_TMPFILE) != O_TMPFILE ? whole(at, path, name) : NULL;
  if (!found) return REAL(openat)(at, path, flags, mode);
  pthread_mutex_lock(&one);
  struct stat before;
  int fresh = lstat(found, &before);
  int result = REAL(openat)(at, path, flags, mode), error = errno;
  if (result >= 0 && (fresh || flags & O_TRUNC)) say(fresh ? "create" : "cut", found, NULL);
  pthread_mutex_unlock(&one);
  errno = error;
  return result;
}

#define MODE mode_t mode = 0; if (flags & (O_CREAT | O_TMPFILE)) { va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); }
int open(const char *path, int flags, ...) { MODE return opened(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE return opened(AT_FDCWD, path, flags, mode); }
int openat(int at, const char *path, int flags, ...) { MODE return opened(at, path, flags, mode); }
int openat64(int at, const char *path, int flags, ...) { MODE return opened(at, path, flags, mode); }

#define SAID(what, call, from, to)                        \
  char first[8192], second[8192];                         \
  const char *a = from, *b = to;                          \
  (void)second;                                           \
  if (!a) return call;                                    \
  pthread_mutex_lock(&one);                               \
  int result = call, error = errno;                       \
  if (!result) say(what, a, b);                           \
  pthread_mutex_unlock(&one);                             \
  errno = error;                                          \
  return result;

int mkdirat(int at, const char *path, mode_t mode) { SAID("mkdir", REAL(mkdirat)(at, path, mode), whole(at, path, first), NULL) }
int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }
int unlinkat(int at, const char *path, int flags) { SAID("unlink", REAL(unlinkat)(at, path, flags), whole(at, path, first), NULL) }
int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }
int linkat(int at, const char *path, int to, const char *name, int flags) { SAID("link", REAL(linkat)(at, path, to, name, flags), whole(at, path, first), whole(to, name, second)) }
int link(const char *path, const char *name) { return linkat(AT_FDCWD, path, AT_FDCWD, name, 0); }
int renameat(int at, const char *path, int to, const char *name) { SAID("rename", REAL(renameat)(at, path, to, name), whole(at, path, first), whole(to, name, second)) }
int rename(const char *path, const char *name) { return renameat(AT_FDCWD, path, AT_FDCWD, name); }

static int synced(int handle, int (*real)(int)) {
  char link[64], name[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", handle);
  ssize_t length = readlink(link, name, sizeof name - 1);
  name[length < 0 ? 0 : length] = 0;
  char unused[8192];
  int result = real(handle), error = errno;
  if (result || !whole(AT_FDCWD, name, unused)) { errno = error; return result; }
  pthread_mutex_lock(&one);
  struct stat status;
  lstat(name, &status);
  if (!S_ISDIR(status.st_mode)) {
    char copy[4200], block[65536];
    snprintf(copy, sizeof copy, "%s.%d", getenv("POWER_LOG"), number);
    int from = REAL(open)(name, O_RDONLY), to = REAL(open)(copy, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    for (ssize_t got; (got = read(from, block, sizeof block)) > 0;)
      if (write(to, block, got) != got) abort();
    close(from);
    close(to);
  }
  say(S_ISDIR(status.st_mode) ? "syncdir" : "sync", name, NULL);
  pthread_mutex_unlock(&one);
  errno = error;
  return result;
}
int fsync(int handle) { return synced(handle, REAL(fsync)); }
int fdatasync(int handle) { return synced(handle, REAL(fdatasync)); }
