/*
 * attachments.h: what pages and exports need of attachments.
 */
#ifndef AURORA_JOURNALS_ATTACHMENTS_H
#define AURORA_JOURNALS_ATTACHMENTS_H

struct request;
struct result;

/* Where an attachment's bytes are, before its id: what an entry's Markdown says. */
#define ATTACHMENT_PATH "/api/journals/attachments/"

/* Answer with an attachment's bytes: row 0 has its filename, media_type, size and sha256. 200, 206, 304, 416, 503.
 * Returns 0. */
int respond_attachment(struct request *req, const struct result *attachment);

#endif
