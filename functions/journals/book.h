/*
 * book: sets a journal as a book, by Pango and Cairo: title page, contents with page numbers, the entries, an outline.
 *
 * It is a plug-in (journals-book.so), loaded by the one child process that makes a book (pdf.h).
 *
 * What is to be set comes as a row of fields, each its length (uint32_t, in the machine's order) and so many bytes of
 * UTF-8 and a NUL. The journal first: name, description, language (BCP 47), writer. Then each entry: day (YYYY-MM-DD),
 * day in words, day in short, month in words, title, content, mood ("" for none), tags in one line, "1" where tables
 * are to be plain text, how many files, and of each file id, filename, and the path of its bytes ("" when it is not to
 * be shown).
 */
#ifndef AURORA_JOURNALS_BOOK_H
#define AURORA_JOURNALS_BOOK_H

#include <stdbool.h>
#include <stddef.h>

#define BOOK_PLUGIN "journals-book.so"
#define BOOK_MAKE   "book_make"

/* Write the PDF to the file descriptor `out`. False with `why` filled when it cannot be. */
typedef bool book_make_fn(const char *fields, size_t len, int out, char *why, size_t why_size);

#endif
