#include "files.h"

#include <string.h>

#include <json-c/json.h>

#include "db/db.h"
#include "util/arena.h"
#include "util/json.h"

static long long member_int(struct json_object *object, const char *name)
{
	struct json_object *member;

	return json_object_object_get_ex(object, name, &member) ? json_object_get_int64(member) : 0;
}

struct file *files_of(struct arena *arena, const struct result *entry)
{
	const char *text = result_get(entry, 0, "attachments");
	struct file *first = NULL, **last = &first;
	enum json_fault fault;
	struct json_object *list = json_read(arena, text, strlen(text), &fault);

	for (size_t i = 0; list != NULL && i < json_object_array_length(list); i++) {
		struct json_object *item = json_object_array_get_idx(list, i);

		*last = arena_alloc(arena, sizeof(**last));
		**last = (struct file){.id = json_member_text(item, "id"),
				       .filename = json_member_text(item, "filename"),
				       .media_type = json_member_text(item, "media_type"),
				       .sha256 = json_member_text(item, "sha256"),
				       .created_at = json_member_text(item, "created_at"),
				       .size = member_int(item, "size"),
				       .width = (int)member_int(item, "width"),
				       .height = (int)member_int(item, "height")};
		last = &(*last)->next;
	}
	return first;
}

struct file *file_copy(struct arena *arena, const struct file *file)
{
	struct file *copy = arena_alloc(arena, sizeof(*copy));

	*copy = *file;
	copy->next = NULL;
	copy->id = arena_strdup(arena, file->id);
	copy->filename = arena_strdup(arena, file->filename);
	copy->media_type = arena_strdup(arena, file->media_type);
	copy->sha256 = arena_strdup(arena, file->sha256);
	copy->created_at = arena_strdup(arena, file->created_at);
	return copy;
}
