// What a page has against it, one sentence each. Contrast and names as WCAG 2.2 AA wants them:
// https://www.w3.org/TR/WCAG22/#contrast-minimum, https://www.w3.org/TR/WCAG22/#non-text-contrast
(() => {
  const found = [];
  const seen = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
    && !element.closest(".visually-hidden");
  const named = (element) => `<${element.localName}${element.id && ` id=${element.id}`}> "${element.textContent.trim().slice(0, 40)}"`;

  const colour = (text) => {
    const [r, g, b, a = 1] = text.match(/[\d.]+/g).map(Number);
    return { rgb: [r, g, b], a };
  };
  const over = (top, ground) => top.rgb.map((value, index) => value * top.a + ground[index] * (1 - top.a));
  const ground = (element) => {
    const layers = [];
    for (let one = element; one; one = one.parentElement) {
      const layer = colour(getComputedStyle(one).backgroundColor);
      layers.push(layer);
      if (layer.a === 1) break;
    }
    return layers.reduceRight((below, layer) => over(layer, below), [255, 255, 255]);
  };
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((value) => value / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  };

  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const judged = new Set();
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.textContent.trim() || judged.has(element) || !seen(element)) continue;
    judged.add(element);
    const style = getComputedStyle(element);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const below = ground(element);
    const ratio = contrast(over(colour(style.color), below), below);
    if (ratio < (large ? 3 : 4.5)) found.push(`contrast ${ratio.toFixed(2)}: ${named(element)}`);
  }

  for (const field of document.querySelectorAll("input:not([type=hidden]), textarea, select")) {
    if (!seen(field)) continue;
    if (field.labels.length === 0 && !field.ariaLabel && !field.getAttribute("aria-labelledby")) {
      found.push(`no label: ${named(field)}`);
    }
    const style = getComputedStyle(field);
    const ratio = contrast(colour(style.borderTopColor).rgb, ground(field.parentElement));
    if (parseFloat(style.borderTopWidth) > 0 && ratio < 3) found.push(`border ${ratio.toFixed(2)}: ${named(field)}`);
    const placeholder = field.placeholder ? getComputedStyle(field, "::placeholder").color : null;
    if (placeholder && contrast(colour(placeholder).rgb, ground(field)) < 4.5) found.push(`placeholder: ${named(field)}`);
  }
  for (const one of document.querySelectorAll("button, a[href], summary")) {
    if (!seen(one)) continue;
    if (!one.ariaLabel && !one.textContent.trim() && !one.querySelector("img[alt]:not([alt=''])")) {
      found.push(`no name: ${one.outerHTML.slice(0, 80)}`);
    }
    const box = one.getBoundingClientRect();
    // https://www.w3.org/TR/WCAG22/#target-size-minimum
    if (one.localName === "button" && Math.min(box.width, box.height) < 24) found.push(`small: ${named(one)}`);
  }
  for (const image of document.querySelectorAll("img:not([alt])")) found.push(`no alt: ${image.src}`);
  for (const attribute of ["aria-labelledby", "aria-describedby", "aria-controls", "for"]) {
    for (const one of document.querySelectorAll(`[${attribute}]`)) {
      for (const id of one.getAttribute(attribute).split(/\s+/)) {
        if (!document.getElementById(id)) found.push(`${attribute} names nobody: ${id}`);
      }
    }
  }
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  for (const id of new Set(ids.filter((one, index) => ids.indexOf(one) !== index))) found.push(`id twice: ${id}`);
  if (!document.documentElement.lang) found.push("no language");
  if (!document.title) found.push("no title");
  const titles = [...document.querySelectorAll("h1")].filter((one) => one.checkVisibility());
  if (titles.length !== 1) found.push(`${titles.length} first headings`);
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) found.push(`scrolls sideways: ${root.scrollWidth} in ${root.clientWidth}`);
  return found;
})()
