// A link's clicks: the total, a chart of the days with its table, and who came from where with what.

const NUMBER = new Intl.NumberFormat();
const DAY = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", timeZone: "UTC" });
const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 100;
const STEP = 10;

/** Fills `place` with what GET /links/{code}/stats answered. */
export function showStatistics(place, report) {
  place.replaceChildren(document.getElementById("statistics").content.cloneNode(true));
  place.querySelector(".number").textContent = NUMBER.format(report.total);
  place.querySelector(".unit").textContent = report.total === 1 ? "click in all" : "clicks in all";
  place.querySelector(".chart").replaceChildren(chart(report.perDay), ends(report.perDay));
  place.querySelector(".days").replaceChildren(
    ...report.perDay.toReversed().map(({ date, clicks }) => row(DAY.format(new Date(date)), clicks)),
  );
  place.querySelector(".breakdowns").replaceChildren(
    breakdown("From", report.perReferrer.map((one) => [referrer(one.referrer), one.clicks]), report.total),
    breakdown("Country", report.perCountry.map((one) => [country(one.country), one.clicks]), report.total),
    breakdown("Device", report.perDevice.map((one) => [one.device, one.clicks]), report.total),
  );
}

function chart(days) {
  const most = Math.max(1, ...days.map((day) => day.clicks));
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${days.length * STEP} ${HEIGHT}`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("role", "img");
  const best = days.reduce((found, day) => (day.clicks > found.clicks ? day : found), days[0]);
  const sum = days.reduce((total, day) => total + day.clicks, 0);
  svg.setAttribute("aria-label", sum === 0
    ? "No clicks in these days."
    : `${sum} clicks in these days, most on ${DAY.format(new Date(best.date))}: ${best.clicks}.`);
  days.forEach(({ date, clicks }, index) => {
    const height = clicks && Math.max(2, (clicks / most) * (HEIGHT - 2));
    const bar = shape("rect", { class: "bar", x: index * STEP + 1, y: HEIGHT - height, width: STEP - 2, height });
    const title = document.createElementNS(SVG, "title");
    title.textContent = `${DAY.format(new Date(date))}: ${NUMBER.format(clicks)}`;
    bar.append(title);
    svg.append(bar);
  });
  svg.append(shape("line", { class: "base", x1: 0, y1: HEIGHT, x2: days.length * STEP, y2: HEIGHT }));
  return svg;
}

function shape(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

function ends(days) {
  const line = document.createElement("p");
  line.className = "ends";
  line.append(...[days[0], days.at(-1)].map(({ date }) => {
    const end = document.createElement("span");
    end.textContent = DAY.format(new Date(date));
    return end;
  }));
  return line;
}

function breakdown(title, rows, total) {
  const table = document.getElementById("breakdown").content.firstElementChild.cloneNode(true);
  table.caption.textContent = title;
  table.tHead.rows[0].cells[0].textContent = title;
  const most = rows.slice(0, 8);
  table.tBodies[0].replaceChildren(...most.map(([name, clicks]) => {
    const line = row(name, clicks);
    line.style.setProperty("--share", `${Math.round((clicks / Math.max(1, total)) * 100)}%`);
    return line;
  }));
  if (rows.length === 0) table.tBodies[0].append(row("nobody yet", 0));
  const others = rows.slice(8).reduce((sum, [, clicks]) => sum + clicks, 0);
  if (others > 0) table.tBodies[0].append(row("others", others));
  return table;
}

function row(name, clicks) {
  const line = document.createElement("tr");
  const head = document.createElement("th");
  head.scope = "row";
  head.textContent = name;
  const count = document.createElement("td");
  count.className = "count";
  count.textContent = NUMBER.format(clicks);
  line.append(head, count);
  return line;
}

function referrer(origin) {
  return origin === "direct" ? "directly" : origin.replace(/^https?:\/\//, "");
}

function country(code) {
  try {
    return new Intl.DisplayNames(undefined, { type: "region" }).of(code) ?? code;
  } catch {
    // Not a code of ISO 3166, such as "unknown".
    return code;
  }
}
