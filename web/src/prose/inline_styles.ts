/**
 * The page's policy refuses style attributes that are set as text, and allows the same through the CSSOM. Libraries that
 * draw set them as text in many places; this sends all of them the other way. Nothing else changes.
 */
export function sendStylesThroughCssom(): void {
  const original = Element.prototype.setAttribute;
  if ('groundwork' in original) return;
  const setAttribute = function (this: Element, name: string, value: string): void {
    if (name === 'style' && 'style' in this) (this as HTMLElement | SVGElement).style.cssText = value;
    else original.call(this, name, value);
  };
  Element.prototype.setAttribute = Object.assign(setAttribute, { groundwork: true });
}
