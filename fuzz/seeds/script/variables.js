const body = JSON.parse(dd.response.body);
dd.expect(body.a).to.have.lengthOf(2);
dd.variable.set("B", body.a[1]);
console.log(dd.variable.get("A"));
