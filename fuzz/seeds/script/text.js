let text = "ab".repeat(1e4).replace(/a/g, x => x.toUpperCase()); for (const [k, v] of Object.entries({ a: 1 })) { text += k + v; } throw new Error(text.slice(0, 9));
