dd.expect(dd.response.statusCode).to.be.within(200, 299);
dd.assert.match(dd.response.body, /a+/);
dd.response.statusCode.should.equal(200);
