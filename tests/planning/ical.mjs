// What another program makes of a calendar of ours: reads an .ics file strictly with ical.js and prints a summary as JSON.
//
//   node tests/planning/ical.mjs FILE [FROM TO [MOST]]
//
// {"name", "zones": [TZID…], "items": [{"kind", "uid", "summary", "dtstart", "due", "status", "categories", "alarms",
// "occurrences": [{"start", "end"}]}]}: occurrences (at most MOST, 100 unless told) are those that begin in FROM <= start < TO (RFC
// 3339), as UTC instants in order, exceptions in their place. Dates and floating times are read in the zone of the environment's TZ.
// Whatever is not as RFC 5545 has it goes to standard error, and the status is 1.

import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const OCCURRENCES_MOST = 200000; // of a series that are looked at
const LINE_MOST = 75; // octets (RFC 5545, 3.1)
const SLACK_MS = 2 * 86400e3; // an occurrence's id is compared in its own zone

const faults = [];

function must(condition, fault) {
	if (!condition) faults.push(fault);
}

function checkLines(bytes) {
	const text = bytes.toString("latin1");
	must(text.endsWith("\r\n"), "the last line has no CRLF");
	text.split("\r\n").forEach((line, i) => {
		must(!/[\r\n]/.test(line), `line ${i + 1}: CR or LF alone`);
		must(line.length <= LINE_MOST, `line ${i + 1}: ${line.length} octets`);
		must(!/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(line), `line ${i + 1}: a control character`);
	});
	try {
		return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
	} catch {
		faults.push("not UTF-8");
		return "";
	}
}

const once = {
	vcalendar: ["prodid", "version"],
	vevent: ["uid", "dtstamp", "dtstart"],
	vtodo: ["uid", "dtstamp"],
	valarm: ["action", "trigger"],
	vtimezone: ["tzid"],
	standard: ["dtstart", "tzoffsetfrom", "tzoffsetto"],
	daylight: ["dtstart", "tzoffsetfrom", "tzoffsetto"],
};

function checkComponent(component, zones) {
	const about = `${component.name} ${component.getFirstPropertyValue("uid") ?? component.getFirstPropertyValue("tzid") ?? ""}`;
	for (const name of once[component.name] ?? []) {
		must(component.getAllProperties(name).length === 1, `${about}: ${name} not exactly once`);
	}
	for (const name of ["summary", "description", "location", "dtend", "due", "duration", "status", "completed", "recurrence-id"]) {
		must(component.getAllProperties(name).length <= 1, `${about}: ${name} more than once`);
	}
	for (const property of component.getAllProperties()) {
		const tzid = property.getParameter("tzid");
		must(!tzid || zones.has(tzid), `${about}: no VTIMEZONE for ${tzid}`);
		try {
			property.getValues(); // decodes them
		} catch (error) {
			faults.push(`${about}: ${property.name}: ${error.message}`);
		}
	}
	component.getAllSubcomponents().forEach((inner) => checkComponent(inner, zones));
}

// Local to JavaScript is local in TZ; to ical.js it would be UTC.
const milliseconds = (time) => time.toJSDate().getTime();
const utc = (time) => new Date(milliseconds(time)).toISOString().replace(".000Z", "Z");

// Starts and ends of an event with those of its exceptions.
function* eventTimes(event, to) {
	if (!event.isRecurring()) {
		yield [event.startDate, event.endDate];
		return;
	}
	const seen = new Set();
	const iterator = event.iterator();
	for (let i = 0, next; i < OCCURRENCES_MOST && (next = iterator.next()); i++) {
		if (milliseconds(next) > to + SLACK_MS) break;
		const details = event.getOccurrenceDetails(next);
		if (details.item !== event) seen.add(details.item);
		yield [details.startDate, details.endDate];
	}
	// What was moved here from behind.
	for (const exception of Object.values(event.exceptions)) {
		if (!seen.has(exception) && milliseconds(exception.recurrenceId) > to + SLACK_MS) yield [exception.startDate, exception.endDate];
	}
}

function* taskTimes(component, to) {
	const start = component.getFirstPropertyValue("dtstart");
	const due = component.getFirstPropertyValue("due");
	if (!component.hasProperty("rrule") && !component.hasProperty("rdate")) {
		if (due ?? start) yield [due ?? start, due ?? start];
		return;
	}
	const expansion = new ICAL.RecurExpansion({ component, dtstart: start });
	for (let i = 0, next; i < OCCURRENCES_MOST && (next = expansion.next()); i++) {
		if (milliseconds(next) > to + SLACK_MS) break;
		yield [next, next];
	}
}

function occurrences(times, from, to, most) {
	return [...times]
		.map(([start, end]) => ({ at: milliseconds(start), start: utc(start), end: utc(end) }))
		.filter(({ at }) => at >= from && at < to)
		.sort((a, b) => a.at - b.at)
		.slice(0, most)
		.map(({ start, end }) => ({ start, end }));
}

function summary(component, exceptions, from, to, most) {
	const isEvent = component.name === "vevent";
	const times = isEvent ? eventTimes(new ICAL.Event(component, { exceptions }), to) : taskTimes(component, to);
	const text = (name) => component.getFirstPropertyValue(name)?.toString() ?? null;
	return {
		kind: isEvent ? "event" : "task",
		uid: text("uid"),
		summary: text("summary"),
		dtstart: text("dtstart"),
		due: text("due"),
		status: text("status"),
		categories: component.getAllProperties("categories").flatMap((property) => property.getValues()),
		alarms: component.getAllSubcomponents("valarm").map((alarm) => alarm.getFirstProperty("trigger").toICALString().replace(/^TRIGGER/, "")),
		occurrences: occurrences(times, from, to, most),
	};
}

function read(file, from, to, most) {
	ICAL.design.strict = true;
	const calendar = new ICAL.Component(ICAL.parse(checkLines(readFileSync(file))));
	must(calendar.name === "vcalendar", "no VCALENDAR");
	must(calendar.getFirstPropertyValue("version") === "2.0", "VERSION is not 2.0");
	const zones = new Set(calendar.getAllSubcomponents("vtimezone").map((zone) => zone.getFirstPropertyValue("tzid")));
	must(zones.size === calendar.getAllSubcomponents("vtimezone").length, "a VTIMEZONE comes twice");
	checkComponent(calendar, zones);
	const components = [...calendar.getAllSubcomponents("vevent"), ...calendar.getAllSubcomponents("vtodo")];
	const byUid = new Map();
	for (const component of components.filter((one) => one.hasProperty("recurrence-id"))) {
		const uid = component.getFirstPropertyValue("uid");
		byUid.set(uid, [...(byUid.get(uid) ?? []), component]);
	}
	return {
		name: calendar.getFirstPropertyValue("x-wr-calname"),
		zones: [...zones],
		items: components
			.filter((component) => !component.hasProperty("recurrence-id"))
			.map((component) => summary(component, byUid.get(component.getFirstPropertyValue("uid")) ?? [], from, to, most)),
	};
}

const [file, from = "1970-01-01T00:00:00Z", to = "2100-01-01T00:00:00Z", most = "100"] = process.argv.slice(2);
let result;
try {
	result = read(file, Date.parse(from), Date.parse(to), Number(most));
} catch (error) {
	faults.push(error.message);
}
if (faults.length > 0) {
	console.error(faults.join("\n"));
	process.exit(1);
}
console.log(JSON.stringify(result));
