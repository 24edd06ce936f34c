#include "picture.h"

#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gdk-pixbuf/gdk-pixbuf.h>

#define SIDE_MAX   30000    /* pixels; Cairo's limit is a little higher */
#define PIXELS_MAX 16000000 /* of what is decoded */
#define PNG_HEAD   24

struct bytes {
	const unsigned char *data;
	size_t len;
};

static void *map(const char *path, size_t *len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat file;
	void *data = MAP_FAILED;

	if (fd >= 0 && fstat(fd, &file) == 0 && file.st_size > PNG_HEAD)
		data = mmap(NULL, (size_t)file.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (fd >= 0)
		close(fd);
	if (data == MAP_FAILED)
		return NULL;
	*len = (size_t)file.st_size;
	return data;
}

static unsigned number(const unsigned char *at, int bytes, bool little)
{
	unsigned value = 0;

	for (int i = 0; i < bytes; i++)
		value |= (unsigned)at[i] << 8 * (little ? i : bytes - 1 - i);
	return value;
}

/* The orientation that an Exif segment tells (EXIF 2.3, in the form of TIFF 6.0); 1 when none. */
static int orientation_of(const unsigned char *exif, size_t len)
{
	const unsigned char *tiff = exif + 6;
	size_t left = len > 6 ? len - 6 : 0;
	bool little;
	size_t at;
	unsigned count;

	if (left < 8 || memcmp(exif, "Exif\0\0", 6) != 0)
		return 1;
	little = tiff[0] == 'I';
	at = number(tiff + 4, 4, little);
	if (at + 2 > left)
		return 1;
	count = number(tiff + at, 2, little);
	for (at += 2; count-- > 0 && at + 12 <= left; at += 12)
		if (number(tiff + at, 2, little) == 0x0112) {
			unsigned value = number(tiff + at + 8, 2, little);

			return value >= 1 && value <= 8 ? (int)value : 1;
		}
	return 1;
}

/* The frame header of a JPEG (ITU-T T.81, B.2.2), and the orientation before it. */
static void look_at_jpeg(struct picture *picture, struct bytes file)
{
	size_t at = 2;

	picture->orientation = 1;
	while (at + 9 < file.len && file.data[at] == 0xff) {
		unsigned marker = file.data[at + 1];
		size_t len = number(file.data + at + 2, 2, false);

		if (marker == 0xff) {
			at++;
			continue;
		}
		if (at + 2 + len > file.len)
			return;
		if (marker == 0xe1 && len > 8)
			picture->orientation = orientation_of(file.data + at + 4, len - 2);
		if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc) {
			picture->height = (int)number(file.data + at + 5, 2, false);
			picture->width = (int)number(file.data + at + 7, 2, false);
			return;
		}
		at += 2 + len;
	}
}

void picture_look(struct picture *picture, const char *path)
{
	struct bytes file = {.len = 0};

	*picture = (struct picture){.orientation = 1};
	if (*path == '\0')
		return;
	file.data = map(path, &file.len);
	if (file.data == NULL)
		return;
	if (memcmp(file.data, "\x89PNG\r\n\x1a\n", 8) == 0) {
		picture->width = (int)number(file.data + 16, 4, false);
		picture->height = (int)number(file.data + 20, 4, false);
	} else if (file.data[0] == 0xff && file.data[1] == 0xd8) {
		picture->kind = PICTURE_JPEG;
		look_at_jpeg(picture, file);
	} else {
		picture->kind = PICTURE_OTHER;
		if (gdk_pixbuf_get_file_info(path, &picture->width, &picture->height) == NULL)
			picture->width = 0;
	}
	munmap((void *)(uintptr_t)file.data, file.len);
	if (picture->width <= 0 || picture->height <= 0 || picture->width > SIDE_MAX || picture->height > SIDE_MAX ||
	    (picture->kind != PICTURE_JPEG && (long)picture->width * picture->height > PIXELS_MAX))
		picture->width = 0;
	if (picture->orientation >= 5) {
		int turned = picture->width;

		picture->width = picture->height;
		picture->height = turned;
	}
}

static void unmap(void *ctx)
{
	struct bytes *file = ctx;

	munmap((void *)(uintptr_t)file->data, file->len);
	g_free(file);
}

/* A surface of one pixel that has the file's own bytes, which go into the PDF in its place, as large as that is drawn.
 */
static cairo_surface_t *jpeg_surface(const char *path)
{
	struct bytes *file = g_new0(struct bytes, 1);
	cairo_surface_t *surface;

	file->data = map(path, &file->len);
	if (file->data == NULL) {
		g_free(file);
		return NULL;
	}
	surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 1, 1);
	cairo_surface_set_mime_data(surface, CAIRO_MIME_TYPE_JPEG, file->data, file->len, unmap, file);
	/* However often it is shown, it is in the book once. */
	cairo_surface_set_mime_data(surface, CAIRO_MIME_TYPE_UNIQUE_ID, (const unsigned char *)path, strlen(path), NULL,
				    NULL);
	return surface;
}

static unsigned premultiplied(unsigned value, unsigned alpha)
{
	return (value * alpha + 127) / 255;
}

/* A picture of another kind, of a moving one its first frame; NULL when it cannot be read. */
static cairo_surface_t *other_surface(const char *path)
{
	GdkPixbuf *read = gdk_pixbuf_new_from_file(path, NULL);
	GdkPixbuf *pixels = read != NULL ? gdk_pixbuf_add_alpha(read, FALSE, 0, 0, 0) : NULL;
	cairo_surface_t *surface = NULL;

	if (pixels != NULL) {
		int width = gdk_pixbuf_get_width(pixels), height = gdk_pixbuf_get_height(pixels);
		const guchar *from = gdk_pixbuf_read_pixels(pixels);

		surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, width, height);
		for (int y = 0; cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS && y < height; y++) {
			unsigned char *row =
				cairo_image_surface_get_data(surface) + y * cairo_image_surface_get_stride(surface);
			const guchar *p = from + y * gdk_pixbuf_get_rowstride(pixels);

			for (int x = 0; x < width; x++, p += 4) {
				uint32_t argb = (uint32_t)p[3] << 24 | premultiplied(p[0], p[3]) << 16 |
						premultiplied(p[1], p[3]) << 8 | premultiplied(p[2], p[3]);

				memcpy(row + 4 * x, &argb, sizeof(argb));
			}
		}
		cairo_surface_mark_dirty(surface);
		g_object_unref(pixels);
	}
	if (read != NULL)
		g_object_unref(read);
	return surface;
}

/* From the pixels as they are stored to the unit square as it is seen. */
static cairo_matrix_t turned(int orientation)
{
	static const double matrices[8][6] = {{1, 0, 0, 1, 0, 0},   {-1, 0, 0, 1, 1, 0}, {-1, 0, 0, -1, 1, 1},
					      {1, 0, 0, -1, 0, 1},  {0, 1, 1, 0, 0, 0},  {0, 1, -1, 0, 1, 0},
					      {0, -1, -1, 0, 1, 1}, {0, -1, 1, 0, 0, 1}};
	const double *m = matrices[orientation - 1];

	return (cairo_matrix_t){.xx = m[0], .yx = m[1], .xy = m[2], .yy = m[3], .x0 = m[4], .y0 = m[5]};
}

bool picture_draw(const struct picture *picture, const char *path, cairo_t *cr, double x, double y, double width,
		  double height)
{
	cairo_surface_t *surface = picture->kind == PICTURE_JPEG  ? jpeg_surface(path)
				   : picture->kind == PICTURE_PNG ? cairo_image_surface_create_from_png(path)
								  : other_surface(path);
	bool ok = surface != NULL && cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS;
	cairo_matrix_t turn = turned(picture->orientation);

	if (ok) {
		int columns = cairo_image_surface_get_width(surface);
		int rows = cairo_image_surface_get_height(surface);

		cairo_save(cr);
		cairo_translate(cr, x, y);
		cairo_scale(cr, width, height);
		cairo_transform(cr, &turn);
		cairo_scale(cr, 1.0 / columns, 1.0 / rows);
		cairo_set_source_surface(cr, surface, 0, 0);
		cairo_rectangle(cr, 0, 0, columns, rows);
		cairo_fill(cr);
		cairo_restore(cr);
	}
	if (surface != NULL)
		cairo_surface_destroy(surface);
	return ok;
}
