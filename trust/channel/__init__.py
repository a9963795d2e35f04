"""Connections between participants: TLS 1.3 both ways, the gate, and what a caller is told.

A server: `tls13.require()` first in main, then

    holder = IdentityHolder(TLSIdentity(chain_pem=..., private_key_pem=..., roots_pem=...))
    gate = Gate(own=..., access=AccessTable({"/lantai.v1.Exchange/Locate": {NODE}, ...}),
                view=..., denied=..., clock=..., limiter=MemoryRateLimiter())
    server = build_server(listen="0.0.0.0:7443", credentials=server_credentials(holder),
                          services=[ServiceRegistration(descriptor=..., add=..., servicer=...)],
                          gate=gate)
    port = server.start()
    server.serve_until_terminated()

In a servicer `caller.current(context)` says who calls, and `call.open_call` (or `open_bare_call`)
verifies act token and envelope; refuse by raising a `Refusal`. A caller:

    partner = PartnerChannel("host:7443", Participant(...), holder, lambda: statement_json,
                             PartnerSettings(clock=..., known=reasons_by_code(...), pins=...))
    stub = ExchangeStub(partner.channel)      # keep it: it survives rotations
    stub.Submit(message, timeout=5, metadata=act_metadata(token))   # raises PartnerRefusal

`statement_json` is `envelope_to_json(sign_statement(KeyStatement(use="tls", ...), signer))`.
"""
