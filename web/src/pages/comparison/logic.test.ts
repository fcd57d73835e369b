import { describe, expect, it } from 'vitest';
import { differenceLook, differencePlot, pText, ratioLook, severalText, signed } from './logic';

describe('a difference', () => {
  it('has its sign', () => {
    expect(signed(0.0214)).toBe('+0.021');
    expect(signed(-231.6)).toBe('−232');
    expect(signed(-4.309, 'ms')).toBe('−4.31 ms');
    expect(signed(-0.00001)).toBe('0');
  });

  it('lies right of the middle when b is higher', () => {
    const plot = differencePlot({ difference: 0.1, low: -0.05, high: 0.25 }, 200);
    expect(plot.value).toBeGreaterThan(100);
    expect(plot.low).toBeLessThan(100);
    expect(differencePlot({ difference: 0, low: null, high: null }, 200).value).toBe(100);
  });

  it('that can’t be told is neither good nor bad', () => {
    expect(differenceLook('cannot tell').tone).toBe('rest');
    expect(ratioLook('cannot tell').tone).toBe('rest');
    expect(ratioLook('a').label).toBe('Worse');
  });
});

describe('a p value', () => {
  it('is never zero', () => {
    expect(pText(0)).toBe('p < 0.001');
    expect(pText(0.0432)).toBe('p = 0.043');
  });
});

describe('several metrics', () => {
  it('err more often together', () => {
    expect(severalText(1)).toBe('');
    expect(severalText(7)).toContain('up to 30 of 100');
  });
});
