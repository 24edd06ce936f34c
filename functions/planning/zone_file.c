/*
 * zone_file: version 2 of the format and later ones: the second of two headers, 64-bit times behind it, and at the end
 * the rule for later years, which has a comma when it changes clocks.
 */
#include "zone_file.h"

#include <endian.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "util/clock.h"

#define ZONES        "/usr/share/zoneinfo/"
#define PATH_MAX_LEN 128
#define FILE_MAX     65536

/* RFC 9636, 3.1: counts in the byte order of networks. */
struct header {
	char magic[4], version, reserved[15];
	uint32_t is_ut, is_standard, leaps, times, types, chars;
};

static size_t read_file(const char *zone, unsigned char *data)
{
	char path[PATH_MAX_LEN];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), ZONES "%s", zone);
	fd = time_zone_valid(zone) ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	if (fd < 0)
		return 0;
	len = read(fd, data, FILE_MAX);
	close(fd);
	return len > 0 ? (size_t)len : 0;
}

/* What stands behind a header, where times have so many bytes; 0 when it is no header. */
static uint64_t block_len(struct header *header, const unsigned char *data, size_t len, uint64_t time_len)
{
	uint32_t *const counts[] = {&header->is_ut, &header->is_standard, &header->leaps,
				    &header->times, &header->types,       &header->chars};

	if (len < sizeof(*header) || memcmp(data, "TZif", 4) != 0)
		return 0;
	memcpy(header, data, sizeof(*header));
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		*counts[i] = be32toh(*counts[i]);
	return sizeof(*header) + header->times * (time_len + 1) + header->types * UINT64_C(6) + header->chars +
	       header->leaps * (time_len + 4) + header->is_standard + header->is_ut;
}

static void read_moments(struct zone_moments *moments, const unsigned char *data, size_t len)
{
	struct header header;
	uint64_t first = block_len(&header, data, len, sizeof(int32_t)), second;
	uint64_t be;

	if (first == 0 || first > len || header.version < '2')
		return;
	second = block_len(&header, data + first, len - first, sizeof(int64_t));
	if (second == 0 || first + second > len || header.times > ZONE_MOMENTS_MAX)
		return;
	for (uint32_t i = 0; i < header.times; i++) {
		memcpy(&be, data + first + sizeof(header) + i * sizeof(be), sizeof(be));
		moments->at[moments->count++] = (int64_t)be64toh(be);
	}
	moments->goes_on = memchr(data + first + second, ',', len - first - second) != NULL;
}

void zone_moments(struct zone_moments *moments, const char *zone)
{
	static unsigned char data[FILE_MAX];

	moments->count = 0;
	moments->goes_on = true;
	read_moments(moments, data, read_file(zone, data));
}
