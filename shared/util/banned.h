/*
 * banned: calls that have no place here do not compile. Included by the compiler into every file (-include). After git.
 */
#ifndef AURORA_UTIL_BANNED_H
#define AURORA_UTIL_BANNED_H

/* The system's own headers may mention these names, so they come first. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define AURORA_BANNED(func) sorry_##func##_is_banned

#undef strcpy
#define strcpy(x, y) AURORA_BANNED(strcpy)
#undef strcat
#define strcat(x, y) AURORA_BANNED(strcat)
#undef strncpy
#define strncpy(x, y, n) AURORA_BANNED(strncpy)
#undef strncat
#define strncat(x, y, n) AURORA_BANNED(strncat)
#undef sprintf
#define sprintf(...) AURORA_BANNED(sprintf)
#undef vsprintf
#define vsprintf(...) AURORA_BANNED(vsprintf)
#undef strtok
#define strtok(x, y) AURORA_BANNED(strtok)
#undef gets
#define gets(x) AURORA_BANNED(gets)
#undef atoi
#define atoi(x) AURORA_BANNED(atoi)
#undef gmtime
#define gmtime(t) AURORA_BANNED(gmtime)
#undef localtime
#define localtime(t) AURORA_BANNED(localtime)
#undef asctime
#define asctime(t) AURORA_BANNED(asctime)
#undef ctime
#define ctime(t) AURORA_BANNED(ctime)

#endif
