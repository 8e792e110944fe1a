// Offsets of the server count code points, those of JavaScript UTF-16 units; here one becomes the other.

export class Points {
  constructor(text, start = 0) {
    this.text = text;
    this.start = start;
    this.astral = [];
    if (/[\ud800-\udbff]/.test(text)) {
      for (let unit = 0, point = 0; unit < text.length; point += 1) {
        const wide = text.codePointAt(unit) > 0xffff;
        if (wide) this.astral.push(point);
        unit += wide ? 2 : 1;
      }
    }
    this.end = start + text.length - this.astral.length;
  }

  // How many wide characters stand before a code point of the text.
  _before(point) {
    let low = 0;
    let high = this.astral.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.astral[middle] < point) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  toUnit(offset) {
    const point = Math.min(Math.max(offset, this.start), this.end) - this.start;
    return point + this._before(point);
  }

  toPoint(unit) {
    let point = unit;
    for (const at of this.astral) {
      if (at + this._before(at) >= unit) break;
      point -= 1;
    }
    return point + this.start;
  }

  slice(start, end) {
    return this.text.slice(this.toUnit(start), this.toUnit(end));
  }

  // The borders of words around an offset, for moving by keys.
  nextWord(offset) {
    const match = /^\s*\S+/.exec(this.text.slice(this.toUnit(offset)));
    return match ? this.toPoint(this.toUnit(offset) + match[0].length) : this.end;
  }

  previousWord(offset) {
    const match = /\S+\s*$/.exec(this.text.slice(0, this.toUnit(offset)));
    return match ? this.toPoint(match.index) : this.start;
  }

  // The same borders for the other end of a span: where the next word begins, where the last one ended.
  nextStart(offset) {
    const match = /^\S*\s+/.exec(this.text.slice(this.toUnit(offset)));
    return match ? this.toPoint(this.toUnit(offset) + match[0].length) : this.end;
  }

  previousEnd(offset) {
    const match = /\s+\S*$/.exec(this.text.slice(0, this.toUnit(offset)));
    return match ? this.toPoint(match.index) : this.start;
  }

  wordAt(offset) {
    const unit = this.toUnit(offset);
    const before = /\S*$/.exec(this.text.slice(0, unit))[0].length;
    const after = /^\S*/.exec(this.text.slice(unit))[0].length;
    return [this.toPoint(unit - before), this.toPoint(unit + after)];
  }
}
