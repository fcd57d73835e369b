import { describe, expect, it } from 'vitest';
import { needs, resolveLink } from './links';

describe('resolveLink', () => {
  it('knows the schemes of content', () => {
    expect(resolveLink('explainer:hash-maps#what-a-lookup-costs')).toBe('/explainers/hash-maps#what-a-lookup-costs');
    expect(resolveLink('lab:dsa-top-k-frequent')).toBe('/labs/dsa-top-k-frequent');
  });
  it('leaves every other address alone', () => {
    for (const href of ['/modules/x', '#fn-1', 'https://docs.python.org/3/', 'javascript:alert(1)', 'explainer:../x']) {
      expect(resolveLink(href)).toBe(href);
    }
  });
});

describe('needs', () => {
  it('asks for a library only where the page uses it', () => {
    expect(needs('<p>plain</p>')).toEqual({ maths: false, charts: false, code: false });
    expect(needs('<div class="math display" data-tex="x">x</div>').maths).toBe(true);
    expect(needs('<pre class="mermaid">flowchart TD</pre>').charts).toBe(true);
    expect(needs('<pre><code class="language-python">x</code></pre>').code).toBe(true);
  });
});
