/*
 * quick_match: the patterns of the grammar made ready, tried at words, and asked for what must be around them.
 */
#include "quick_match.h"

#include <ctype.h>
#include <string.h>

#include "util/log.h"

#define PATTERNS_MAX 500
#define ELEMENTS_MAX 14 /* of a pattern, and what ends them */
#define LIST_MAX     16 /* what may be listed with "and" */
#define TIME_WORDS   6  /* of a time that a weekday is behind */
#define STREET_WORDS 4  /* of the name of a street */
#define ZU_WORDS     16 /* within which a verb with "zu" is looked for */
#define STARTS       8  /* words of 64 bits, of the hashes of words */
#define LENGTH(a)    (sizeof(a) / sizeof((a)[0]))

/* A part of a pattern: a term, or one of some words, of which the hashes are known. */
struct element {
	const char *words; /* NULL: behind the last */
	const struct term *term;
	unsigned long long hashes;
	bool optional;
};

/* The words that a pattern, or one of a group, may begin with: by their hashes, so that others may seem to; and where
 * the patterns of a group are. */
struct starts {
	unsigned long long hashes[STARTS];
	unsigned long long classes;
	size_t first, end;
};

/* The patterns as they are tried; made of their texts before the first is. */
static struct grammar {
	bool is_known;
	struct starts groups[GROUP_NONE];
	struct starts patterns[PATTERNS_MAX];
	struct element elements[PATTERNS_MAX][ELEMENTS_MAX];
} grammar;

static bool is_one_of(const char *form, const char *alternatives)
{
	size_t len = strlen(form);

	for (const char *a = alternatives;; a++) {
		size_t a_len = strcspn(a, "|? ");

		if (a_len == len && memcmp(a, form, len) == 0)
			return true;
		a += a_len;
		if (*a != '|')
			return false;
	}
}

bool sentence_goes_on(const struct sentence *sentence, size_t begin, size_t at)
{
	const struct word *word = &sentence->words[at];

	if (at >= sentence->count || word->escaped || word->taken)
		return false;
	return at == begin || (word->core == word->chunk && strchr(".,:", word[-1].tail) != NULL) ||
	       strchr(word[-1].form, '!') != NULL;
}

static const struct term *term_of(const char *name, size_t len)
{
	for (size_t i = 0; i < quick_term_count; i++)
		if (strncmp(quick_terms[i].name, name, len) == 0 && quick_terms[i].name[len] == '\0')
			return &quick_terms[i];
	return NULL;
}

/* The first of the classes that the word is of: its value. */
static bool value_of(const struct word *word, unsigned long long classes, int *value)
{
	classes &= word->classes;
	if (classes == 0)
		return false;
	*value = word->means[__builtin_ctzll(classes)];
	return true;
}

/* One or more of a group, with or without "and" between. */
static size_t match_several(const struct sentence *sentence, enum group group, size_t at, struct reading *got)
{
	size_t end = sentence_match(sentence, group, at, got);
	size_t count = 0;

	for (size_t next = end; next != NO_MATCH; next = sentence_match(sentence, group, next, got)) {
		end = next;
		if (++count == LIST_MAX || !sentence_goes_on(sentence, at, next))
			break;
		if (is_one_of(sentence->words[next].form, AND))
			next++;
		if (!sentence_goes_on(sentence, at, next))
			break;
	}
	return end;
}

static size_t match_term(struct attempt *attempt, const struct term *term, size_t at)
{
	const struct sentence *sentence = attempt->sentence;

	if (term->group != GROUP_NONE)
		return (term->several ? match_several : sentence_match)(sentence, term->group, at, &attempt->got);
	return value_of(&sentence->words[at], term->classes, &attempt->values[attempt->count]) ? at + 1 : NO_MATCH;
}

/* Where one element ends that is a word or a group. */
static size_t match_element(struct attempt *attempt, const struct element *element, size_t begin, size_t at)
{
	const struct word *word = &attempt->sentence->words[at];

	if (!sentence_goes_on(attempt->sentence, begin, at))
		return NO_MATCH;
	if (element->term != NULL)
		return match_term(attempt, element->term, at);
	return (element->hashes & 1ull << word->hash % 64) != 0 && is_one_of(word->form, element->words) ? at + 1
													 : NO_MATCH;
}

/* The elements from `element` on at word `at` of what began at `begin`. */
static size_t match_elements(struct attempt *attempt, const struct element *element, size_t begin, size_t at)
{
	size_t values = attempt->count + (element->term != NULL && element->term->group == GROUP_NONE);
	struct attempt with;
	size_t end;

	if (element->words == NULL)
		return at;
	if (!element->optional) {
		end = match_element(attempt, element, begin, at);
		attempt->count = values;
		return end != NO_MATCH ? match_elements(attempt, element + 1, begin, end) : NO_MATCH;
	}
	with = *attempt;
	end = match_element(&with, element, begin, at);
	with.count = values;
	if (end != NO_MATCH)
		end = match_elements(&with, element + 1, begin, end);
	if (end != NO_MATCH) {
		*attempt = with;
		return end;
	}
	if (values > attempt->count)
		attempt->values[attempt->count] = ABSENT;
	attempt->count = values;
	return match_elements(attempt, element + 1, begin, at);
}

/* What is around words [begin, end), a match. */

static bool is_capital(const struct word *word)
{
	return isupper((unsigned char)*word->core) != 0;
}

static bool is_behind(const struct sentence *sentence, size_t begin, const char *alternatives)
{
	return begin > 0 && is_one_of(sentence->words[begin - 1].form, alternatives);
}

/* Whether punctuation is behind the word that is not the dot of an ordinal. */
static bool ends_clause(const struct word *word)
{
	return word->tail != '\0' && word->core[word->core_len - 1] != '.';
}

/* Whether the word at `end` is one of the classes, and nothing between. */
static bool is_before(const struct sentence *sentence, size_t end, unsigned long long classes)
{
	int value;

	return end < sentence->count && !ends_clause(&sentence->words[end - 1]) &&
	       value_of(&sentence->words[end], classes, &value);
}

static bool not_numbered(const struct sentence *sentence, size_t begin, size_t end)
{
	int value;

	(void)end;
	return begin == 0 || !value_of(&sentence->words[begin - 1], CLASS(WORD_NUMBERED), &value);
}

/* Whether the number before `end` is one of a house: "12 Baker Street". */
static bool is_before_street(const struct sentence *sentence, size_t end)
{
	for (size_t i = end; i < sentence->count && i < end + STREET_WORDS && is_capital(&sentence->words[i]); i++)
		if (i > end && is_one_of(sentence->words[i].form, "street|avenue|ave|boulevard"))
			return true;
	return false;
}

static bool not_counted(const struct sentence *sentence, size_t begin, size_t end)
{
	(void)begin;
	return !is_before(sentence, end, CLASS(WORD_COUNTED) | CLASS(WORD_UNIT)) && !is_before_street(sentence, end);
}

static bool not_morning(const struct sentence *sentence, size_t begin, size_t end)
{
	(void)end;
	return !is_behind(sentence, begin, "guten|gute|am|der|den|dem|des|ein|einen|jeden|schoenen|gegen|good");
}

static bool not_named(const struct sentence *sentence, size_t begin, size_t end)
{
	(void)end;
	return !is_behind(sentence, begin, "the|a|an|my|our");
}

static bool not_verb(const struct sentence *sentence, size_t begin, size_t end)
{
	(void)end;
	return !is_behind(sentence, begin,
			  "look|looking|laugh|laughing|smile|point|stare|shout|yell|wave|throw|aim|divide|divided|"
			  "multiply|multiplied|increase|reduce|raise|lower|cut|grow");
}

static bool not_between(const struct sentence *sentence, size_t begin, size_t end)
{
	(void)end;
	return !is_behind(sentence, begin, "between|zwischen");
}

/* Whether "am" leads to a day, as in "um 5 am Montag"; in "at 5 am monday" it is one half of it. */
static bool not_12(const struct sentence *sentence, size_t begin, size_t end)
{
	const struct word *next = &sentence->words[begin + 1];
	int value;

	(void)end;
	return !is_one_of(next[-1].form, "am") || begin == 0 ||
	       !value_of(&next[-2], CLASS(WORD_HOUR) | CLASS(WORD_CLOCK_HALF), &value) || next->tail == '.' ||
	       value_of(next, CLASS(WORD_DATE) | CLASS(WORD_DAY_PART) | CLASS(WORD_WEEKDAY_DE), &value) ||
	       is_one_of(next->form, NEXT_DE "|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag");
}

static bool not_far(const struct sentence *sentence, size_t begin, size_t end)
{
	(void)begin;
	return end == sentence->count ||
	       !is_one_of(sentence->words[end].form,
			  "walk|walking|drive|driving|ride|of|from|reach|distance|fussweg|fahrt");
}

static bool not_month(const struct sentence *sentence, size_t begin, size_t end)
{
	(void)begin;
	return !is_before(sentence, end, CLASS(WORD_MONTH));
}

static bool not_of_month(const struct sentence *sentence, size_t begin, size_t end)
{
	size_t at = end;
	int value;

	(void)begin;
	if (at < sentence->count && is_one_of(sentence->words[at].form, "of|in|im|des"))
		at++;
	if (at < sentence->count &&
	    is_one_of(sentence->words[at].form, "the|this|next|diesen|diesem|dieses|naechsten|kommenden"))
		at++;
	return at == end || at >= sentence->count ||
	       (!is_one_of(sentence->words[at].form, "month|monat|monats") &&
		!value_of(&sentence->words[at], CLASS(WORD_MONTH), &value));
}

static bool not_particle(const struct sentence *sentence, size_t begin, size_t end)
{
	const struct word *word = &sentence->words[begin];

	(void)end;
	return is_capital(word) || !is_one_of(word->form, "so|do");
}

static bool is_as_one(const struct sentence *sentence, size_t begin, size_t end)
{
	while (begin + 1 < end && !ends_clause(&sentence->words[begin]))
		begin++;
	return begin + 1 == end;
}

static bool is_at_start(const struct sentence *sentence, size_t begin, size_t end)
{
	(void)sentence;
	(void)end;
	return begin == 0;
}

static bool not_range(const struct sentence *sentence, size_t begin, size_t end)
{
	const struct word *word = &sentence->words[begin - 1];

	(void)end;
	return begin == 0 || word->taken || ((word->classes & CLASS(WORD_NTH)) == 0 && !word_is_weekday(word));
}

/* Whether a clause begins at `begin`: at the start, behind punctuation, "and" or "please", or what says when. */
static bool begins_clause(const struct sentence *sentence, size_t begin)
{
	const unsigned long long when = CLASS(WORD_HABIT) | CLASS(WORD_UNIT) | CLASS(WORD_YEAR) | CLASS(WORD_DAY) |
					CLASS(WORD_PART) | CLASS(WORD_DAY_PART) | CLASS(WORD_ADVERB);
	const struct word *last = &sentence->words[begin - 1];

	return begin == 0 || last->taken || last->tail != '\0' || word_bounds(last) || (last->classes & when) != 0 ||
	       is_one_of(last->form, "-|–|—|and|und|please|bitte|uhr|am|pm") ||
	       is_one_of(sentence->words[begin].form, "and|und");
}

/* Whether what is not taken behind `end` begins with "not". */
static bool is_negated(const struct sentence *sentence, size_t end)
{
	while (end < sentence->count && sentence->words[end].taken)
		end++;
	return end < sentence->count && is_one_of(sentence->words[end].form, "nicht|nie|niemals|never");
}

static bool is_at_clause(const struct sentence *sentence, size_t begin, size_t end)
{
	return begins_clause(sentence, begin) && !is_negated(sentence, end);
}

static bool not_told(const struct sentence *sentence, size_t begin, size_t end)
{
	return is_at_clause(sentence, begin, end) ||
	       (!is_negated(sentence, end) &&
		!is_one_of(sentence->words[begin - 1].form,
			   "to|not|don't|dont|do|doesn't|didn't|won't|never|will|would|should|could|can|must|may|might|"
			   "did|does|can't|cannot|couldn't|won't|wouldn't|nobody|somebody|someone|everybody|everyone|"
			   "he'll|she'll|it'll|they'll|we'll|you'll|i'll|you|he|she|it|they|we|i|who|that|"
			   "zu|nicht|nie|niemals|soll|sollte|wird|er|sie|es|ich|du"));
}

static bool is_german_time(const struct sentence *sentence, size_t at)
{
	struct reading time = {.has_time = false};

	return sentence_goes_on(sentence, at, at) && sentence_match(sentence, GROUP_AT, at, &time) != NO_MATCH &&
	       time.is_german;
}

static bool is_at_head(const struct sentence *sentence, size_t begin, size_t end)
{
	size_t at = end;

	if (begin > 0 || end == sentence->count || sentence->words[0].tail != '\0' ||
	    !is_capital(&sentence->words[0]) || !is_capital(&sentence->words[end]))
		return false;
	while (at < sentence->count && !is_german_time(sentence, at))
		at++;
	return at < sentence->count;
}

static bool is_at_stop(const struct sentence *sentence, size_t begin, size_t end)
{
	(void)begin;
	return end == sentence->count || sentence->words[end].taken || sentence->words[end - 1].tail != '\0';
}

/* Whether the word is a time behind a date: "14.30". */
static bool is_dotted_time(const struct word *word)
{
	return word->means[WORD_CLOCK_DOT] >= 7 * 60 && word->means[WORD_CLOCK_DOT] % 5 == 0;
}

/* How a time is said that begins at `end`. */
static bool time_at(const struct sentence *sentence, size_t end, struct reading *time)
{
	*time = (struct reading){.has_time = false};
	return sentence_goes_on(sentence, end - 1, end) &&
	       (is_dotted_time(&sentence->words[end]) || sentence_match(sentence, GROUP_AT, end, time) != NO_MATCH);
}

static bool is_before_time(const struct sentence *sentence, size_t begin, size_t end)
{
	struct reading time;

	(void)begin;
	return time_at(sentence, end, &time);
}

static bool is_before_time_de(const struct sentence *sentence, size_t begin, size_t end)
{
	struct reading time;

	(void)begin;
	return time_at(sentence, end, &time) && !time.is_english;
}

/* Whether a time ends there. */
static bool is_behind_time(const struct sentence *sentence, size_t begin, size_t end)
{
	struct reading time = {.has_time = false};

	(void)end;
	for (size_t n = 1; n <= TIME_WORDS && n <= begin; n++)
		if (sentence_goes_on(sentence, begin - n, begin - n) &&
		    sentence_match(sentence, GROUP_AT, begin - n, &time) == begin)
			return true;
	return false;
}

static bool is_at_end(const struct sentence *sentence, size_t begin, size_t end)
{
	return is_at_stop(sentence, begin, end) || is_before_time(sentence, begin, end);
}

static bool is_before_colon(const struct sentence *sentence, size_t begin, size_t end)
{
	(void)begin;
	return sentence->words[end - 1].tail == ':';
}

static bool is_before_taken(const struct sentence *sentence, size_t begin, size_t end)
{
	(void)begin;
	return end == sentence->count || sentence->words[end].taken;
}

/* Whether the word is of something understood that is more than a tag, a category or a priority. */
static bool is_understood(const struct word *word)
{
	return word->taken && strchr("#@!", *word->core) == NULL;
}

static bool is_before_rest(const struct sentence *sentence, size_t begin, size_t end)
{
	(void)begin;
	if (end == sentence->count || !is_understood(&sentence->words[end]))
		return false;
	while (end < sentence->count && sentence->words[end].taken)
		end++;
	return end == sentence->count;
}

/* Whether the word may be a German verb in its infinitive. */
static bool is_infinitive(const struct word *word)
{
	return !is_capital(word) && strlen(word->form) > 2 && word->form[strlen(word->form) - 1] == 'n';
}

/* Whether the word is a verb that has its "zu" within: "anzurufen". */
static bool is_joined_with_zu(const struct word *word)
{
	static const char *const leading[] = {"ab",  "an",  "auf", "aus",    "bei",  "durch",  "ein",  "fest",
					      "her", "hin", "los", "mit",    "nach", "raus",   "rein", "runter",
					      "um",  "vor", "weg", "weiter", "zu",   "zurueck"};

	for (size_t i = 0; i < LENGTH(leading); i++) {
		size_t len = strlen(leading[i]);

		if (strncmp(word->form, leading[i], len) == 0 && strncmp(word->form + len, "zu", 2) == 0)
			return is_infinitive(word);
	}
	return false;
}

static bool is_before_zu(const struct sentence *sentence, size_t begin, size_t end)
{
	(void)begin;
	for (size_t i = end + 1; i < sentence->count && i < end + ZU_WORDS; i++)
		if (is_joined_with_zu(&sentence->words[i]) ||
		    (is_behind(sentence, i, "zu") && i > end + 1 && is_infinitive(&sentence->words[i])))
			return true;
	return false;
}

static bool is_behind_taken(const struct sentence *sentence, size_t begin, size_t end)
{
	(void)end;
	return begin > 0 && is_understood(&sentence->words[begin - 1]);
}

static bool is_beside_taken(const struct sentence *sentence, size_t begin, size_t end)
{
	return is_behind_taken(sentence, begin, end) || (end < sentence->count && is_understood(&sentence->words[end]));
}

/* Whether something understood is behind `end`, and no punctuation between. */
static bool leads_to_taken(const struct sentence *sentence, size_t end)
{
	for (; end < sentence->count && !ends_clause(&sentence->words[end - 1]); end++)
		if (is_understood(&sentence->words[end]))
			return true;
	return false;
}

/* Whether something understood is before `begin`, and no punctuation between. */
static bool comes_from_taken(const struct sentence *sentence, size_t begin)
{
	for (; begin > 0 && !ends_clause(&sentence->words[begin - 1]); begin--)
		if (is_understood(&sentence->words[begin - 1]))
			return true;
	return false;
}

/* In front of a sentence, or at its end, it goes for all of it: "abends Kino 8:15", "Kino 8:15 mit Ana abends". */
static bool is_adjoining(const struct sentence *sentence, size_t begin, size_t end)
{
	bool before_taken = end < sentence->count && is_understood(&sentence->words[end]);

	if (begin == 0)
		return before_taken || leads_to_taken(sentence, end + 1);
	if (is_behind_taken(sentence, begin, end) &&
	    (end == sentence->count || !ends_clause(&sentence->words[begin - 1])))
		return true;
	return (end == sentence->count && comes_from_taken(sentence, begin)) ||
	       (before_taken && !ends_clause(&sentence->words[end - 1]));
}

/* Whether one of these words is in what was understood right before. */
static bool is_behind_understood(const struct sentence *sentence, size_t begin, const char *alternatives)
{
	while (begin > 0 && sentence->words[begin - 1].taken && !is_behind(sentence, begin, alternatives))
		begin--;
	return begin > 0 && sentence->words[begin - 1].taken;
}

static bool is_behind_remind(const struct sentence *sentence, size_t begin, size_t end)
{
	(void)end;
	return is_behind_understood(sentence, begin, "remind|reminder");
}

static bool is_behind_erinnere(const struct sentence *sentence, size_t begin, size_t end)
{
	(void)end;
	return is_behind_understood(sentence, begin, "erinnere|erinner|erinnerung");
}

static const struct place {
	unsigned need;
	bool (*holds)(const struct sentence *sentence, size_t begin, size_t end);
} places[] = {
	{NOT_NUMBERED, not_numbered},
	{NOT_COUNTED, not_counted},
	{NOT_MORNING, not_morning},
	{NOT_NAMED, not_named},
	{NOT_FAR, not_far},
	{NOT_MONTH, not_month},
	{NOT_OF_MONTH, not_of_month},
	{NOT_VERB, not_verb},
	{NOT_BETWEEN, not_between},
	{NOT_12, not_12},
	{NOT_RANGE, not_range},
	{AT_CLAUSE, is_at_clause},
	{NOT_TOLD, not_told},
	{NOT_PARTICLE, not_particle},
	{AS_ONE, is_as_one},
	{AT_START, is_at_start},
	{AT_HEAD, is_at_head},
	{AT_STOP, is_at_stop},
	{AT_END, is_at_end},
	{BEFORE_TIME, is_before_time},
	{BEFORE_TIME_DE, is_before_time_de},
	{BEHIND_TIME, is_behind_time},
	{BEFORE_COLON, is_before_colon},
	{BEFORE_TAKEN, is_before_taken},
	{BEFORE_REST, is_before_rest},
	{BEFORE_ZU, is_before_zu},
	{BEHIND_TAKEN, is_behind_taken},
	{BESIDE_TAKEN, is_beside_taken},
	{ADJOINING, is_adjoining},
	{BEHIND_REMIND, is_behind_remind},
	{BEHIND_ERINNERE, is_behind_erinnere},
};

/* What stands around a match lets it be one. */
static bool is_in_place(const struct sentence *sentence, unsigned needs, size_t begin, size_t end)
{
	for (size_t i = 0; i < LENGTH(places); i++)
		if ((needs & places[i].need) != 0 && !places[i].holds(sentence, begin, end))
			return false;
	return true;
}

static void starts_with_words(struct starts *starts, const char *alternatives)
{
	for (const char *a = alternatives;; a++) {
		size_t len = strcspn(a, "|? ");
		unsigned hash = word_hash(a, len);

		starts->hashes[hash / 64 % STARTS] |= 1ull << hash % 64;
		a += len;
		if (*a != '|')
			return;
	}
}

static void starts_with_group(struct starts *starts, enum group group);

/* The first element of a pattern, and those behind it as long as they may be missing. */
static void starts_with(struct starts *starts, const struct element *element)
{
	for (bool goes_on = true; goes_on; element++) {
		if (element->term == NULL)
			starts_with_words(starts, element->words);
		else if (element->term->group != GROUP_NONE)
			starts_with_group(starts, element->term->group);
		else
			starts->classes |= element->term->classes;
		goes_on = element->optional;
	}
}

static void starts_with_group(struct starts *starts, enum group group)
{
	for (size_t i = 0; i < quick_pattern_count; i++)
		if (quick_patterns[i].group == group)
			starts_with(starts, grammar.elements[i]);
}

static struct element element_of(const char *text, size_t len)
{
	bool optional = text[len - 1] == '?';
	struct element element = {.words = text, .optional = optional};
	struct starts starts = {.classes = 0};

	if (isupper((unsigned char)*text)) {
		element.term = term_of(text, len - optional);
		return element;
	}
	starts_with_words(&starts, text);
	for (size_t i = 0; i < STARTS; i++)
		element.hashes |= starts.hashes[i];
	return element;
}

static void know_elements(struct element *element, const char *text)
{
	for (const struct element *end = element + ELEMENTS_MAX; *text != '\0'; element++) {
		size_t len = strcspn(text, " ");

		if (element + 1 == end)
			bug("a pattern of more than %d elements", ELEMENTS_MAX - 1);
		*element = element_of(text, len);
		text += len + (text[len] == ' ');
	}
}

static void know_grammar(void)
{
	if (quick_pattern_count > PATTERNS_MAX)
		bug("more than %d patterns", PATTERNS_MAX);
	for (size_t i = 0; i < quick_pattern_count; i++)
		know_elements(grammar.elements[i], quick_patterns[i].elements);
	for (size_t i = 0; i < quick_pattern_count; i++) {
		struct starts *group = &grammar.groups[quick_patterns[i].group];

		if (group->end == 0) {
			group->first = i;
			starts_with_group(group, quick_patterns[i].group);
		}
		group->end = i + 1;
		starts_with(&grammar.patterns[i], grammar.elements[i]);
	}
	grammar.is_known = true;
}

static bool may_start(const struct starts *starts, const struct word *word)
{
	return (starts->classes & word->classes) != 0 ||
	       (starts->hashes[word->hash / 64 % STARTS] & 1ull << word->hash % 64) != 0;
}

/* Where a pattern that fits at word `at` ends. */
static size_t match_pattern(const struct sentence *sentence, const struct pattern *pattern, size_t at,
			    struct reading *got)
{
	struct attempt attempt = {.sentence = sentence, .got = *got, .arg = pattern->arg};
	size_t end;

	for (size_t v = 0; v < VALUES_MAX; v++)
		attempt.values[v] = ABSENT;
	end = match_elements(&attempt, grammar.elements[pattern - quick_patterns], at, at);
	if (end == NO_MATCH || !is_in_place(sentence, pattern->needs, at, end) ||
	    (pattern->act != NULL && !pattern->act(&attempt)))
		return NO_MATCH;
	*got = attempt.got;
	return end;
}

static bool is_group(const struct element *element)
{
	return element->term != NULL && element->term->group != GROUP_NONE;
}

static bool may_be(const struct element *element, const struct word *word)
{
	if (is_group(element))
		return may_start(&grammar.groups[element->term->group], word);
	return element->term != NULL ? (element->term->classes & word->classes) != 0
				     : (element->hashes & 1ull << word->hash % 64) != 0;
}

/* Whether a pattern may fit at word `at`, by that and, where the pattern's second element is of the next, by the next.
 */
static bool may_match(const struct sentence *sentence, size_t pattern, size_t at)
{
	const struct element *elements = grammar.elements[pattern];

	if (!may_start(&grammar.patterns[pattern], &sentence->words[at]))
		return false;
	if (elements[0].optional || is_group(&elements[0]) || elements[1].words == NULL || elements[1].optional)
		return true;
	return at + 1 < sentence->count && may_be(&elements[1], &sentence->words[at + 1]);
}

size_t sentence_match(const struct sentence *sentence, enum group group, size_t at, struct reading *got)
{
	const struct starts *starts = &grammar.groups[group];
	size_t end = NO_MATCH;

	if (!grammar.is_known)
		know_grammar();
	if (at >= sentence->count || !may_start(starts, &sentence->words[at]))
		return NO_MATCH;
	for (size_t i = starts->first; i < starts->end && end == NO_MATCH; i++)
		if (quick_patterns[i].group == group && may_match(sentence, i, at))
			end = match_pattern(sentence, &quick_patterns[i], at, got);
	return end;
}
