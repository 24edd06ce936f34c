/*
 * picture: images on a book's pages: JPEG as it is, turned as its camera was held; PNG; and what gdk-pixbuf reads, GIF
 * and WebP among it. Part of the plug-in.
 */
#ifndef AURORA_JOURNALS_PICTURE_H
#define AURORA_JOURNALS_PICTURE_H

#include <stdbool.h>

#include <cairo.h>

struct picture {
	enum { PICTURE_PNG, PICTURE_JPEG, PICTURE_OTHER } kind;
	int width, height; /* pixels as it is seen; 0 when it cannot be set */
	int orientation;   /* EXIF 2.3, 4.6.4: 1 to 8 */
};

/* Its kind and size, from the start of its file. */
void picture_look(struct picture *picture, const char *path);

/* Draw it into a rectangle. False when its file turns out not to be an image. */
bool picture_draw(const struct picture *picture, const char *path, cairo_t *cr, double x, double y, double width,
		  double height);

#endif
