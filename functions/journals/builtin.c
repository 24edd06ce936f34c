/*
 * The built-in templates. A row for each language; English, which stands in for all others, comes first.
 */
#include "template.h"

#define DAILY     "018f6f3a-0000-7000-8000-000000000001"
#define GRATITUDE "018f6f3a-0000-7000-8000-000000000002"
#define MEETING   "018f6f3a-0000-7000-8000-000000000003"
#define WEEKLY    "018f6f3a-0000-7000-8000-000000000004"
#define TRAVEL    "018f6f3a-0000-7000-8000-000000000005"

const struct template builtin_templates[] = {
	{DAILY, "en", "Daily page", "A page for the day: what is, what was, what comes", "{{weekday}}, {{date}}",
	 "## This morning\n\nHow did I wake up?\n\n## Today\n\n- [ ] The one thing that matters\n- [ ] \n- [ ] \n\n"
	 "## What happened\n\n\n\n## Before I sleep\n\nWhat do I want to remember of this day?\n",
	 "{daily}"},
	{DAILY, "de", "Tagesseite", "Eine Seite für den Tag: was ist, was war, was kommt", "{{weekday}}, {{date}}",
	 "## Heute Morgen\n\nWie bin ich aufgewacht?\n\n## Heute\n\n- [ ] Das Eine, worauf es ankommt\n- [ ] \n- [ ] "
	 "\n\n"
	 "## Was geschah\n\n\n\n## Bevor ich schlafe\n\nWas möchte ich von diesem Tag behalten?\n",
	 "{daily}"},

	{GRATITUDE, "en", "Gratitude", "Three good things, and why they came about", "Three good things",
	 "1. **What:** \n   - **Why it happened:** \n2. **What:** \n   - **Why it happened:** \n3. **What:** \n"
	 "   - **Why it happened:** \n\n> Somebody I could thank for it: \n",
	 "{gratitude}"},
	{GRATITUDE, "de", "Dankbarkeit", "Drei gute Dinge, und wie es zu ihnen kam", "Drei gute Dinge",
	 "1. **Was:** \n   - **Wie es dazu kam:** \n2. **Was:** \n   - **Wie es dazu kam:** \n3. **Was:** \n"
	 "   - **Wie es dazu kam:** \n\n> Wem ich dafür danken könnte: \n",
	 "{gratitude}"},

	{MEETING, "en", "Meeting", "Who was there, what was said, who does what until when", "Meeting, {{date}}",
	 "- **When:** {{date}}, {{time}}\n- **Where:** \n- **Who:** {{name}}, \n\n## What it is about\n\n\n\n## What "
	 "was "
	 "said\n\n- \n\n"
	 "## What was decided\n\n- \n\n## Who does what\n\n| What | Who | Until |\n|---|---|---|\n|  |  |  |\n",
	 "{meeting}"},
	{MEETING, "de", "Besprechung", "Wer dabei war, was gesagt wurde, wer was bis wann tut", "Besprechung, {{date}}",
	 "- **Wann:** {{date}}, {{time}}\n- **Wo:** \n- **Wer:** {{name}}, \n\n## Worum es geht\n\n\n\n## Was gesagt "
	 "wurde\n\n- \n\n"
	 "## Was beschlossen wurde\n\n- \n\n## Wer was tut\n\n| Was | Wer | Bis |\n|---|---|---|\n|  |  |  |\n",
	 "{meeting}"},

	{WEEKLY, "en", "Weekly review", "Look back on the week and choose for the next", "Week {{week}} of {{year}}",
	 "## Looking back\n\nWhat went well?\n\n- \n\nWhat was hard, and what does it tell me?\n\n- \n\nWhat did I "
	 "leave undone?\n\n"
	 "- \n\n## Looking ahead\n\n- [ ] First of all\n- [ ] \n- [ ] \n\nWhat will I say no to?\n\n",
	 "{review}"},
	{WEEKLY, "de", "Wochenrückblick", "Auf die Woche zurücksehen und für die nächste wählen",
	 "Woche {{week}} {{year}}",
	 "## Rückblick\n\nWas ging gut?\n\n- \n\nWas war schwer, und was sagt es mir?\n\n- \n\nWas blieb liegen?\n\n- "
	 "\n\n"
	 "## Ausblick\n\n- [ ] Zuallererst\n- [ ] \n- [ ] \n\nWozu sage ich Nein?\n\n",
	 "{review}"},

	{TRAVEL, "en", "Travel", "A day on the road: places, people, tastes", "{{weekday}} in ",
	 "- **From** \n- **To** \n- **Weather** \n\n## Seen\n\n\n\n## Met\n\n\n\n## Eaten\n\n\n\n## For next time\n\n- "
	 "\n",
	 "{travel}"},
	{TRAVEL, "de", "Reise", "Ein Tag unterwegs: Orte, Menschen, Geschmack", "{{weekday}} in ",
	 "- **Von** \n- **Nach** \n- **Wetter** \n\n## Gesehen\n\n\n\n## Getroffen\n\n\n\n## Gegessen\n\n\n\n## Fürs "
	 "nächste "
	 "Mal\n\n- \n",
	 "{travel}"},
};

const size_t builtin_template_count = sizeof(builtin_templates) / sizeof(builtin_templates[0]);
