"""A gRPC server of grpcio for the tests: health, reflection, and a small service.

Prints one line of JSON when it serves: {"port": N}, without TLS. Exit status 77: a module is not installed.

`shop.v1.Cart` has three methods: `Total` answers with the sum of the items, `Watch` streams one update per item, and
`Fail` ends with the status that it is asked for. Metadata named `x-trace` comes back as a trailer.
"""

import json
import sys
from concurrent import futures

try:
    import grpc
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
    from grpc_health.v1 import health, health_pb2, health_pb2_grpc
    from grpc_reflection.v1alpha import reflection
except ImportError as error:
    sys.stderr.write("not installed: %s\n" % error)
    sys.exit(77)

FIELD = descriptor_pb2.FieldDescriptorProto


def describe():
    """The descriptor of the service, which a compiler would make of its .proto file."""
    file = descriptor_pb2.FileDescriptorProto(name="shop/v1/cart.proto", package="shop.v1", syntax="proto3")
    item = file.message_type.add(name="Item")
    item.field.add(name="name", number=1, type=FIELD.TYPE_STRING, label=FIELD.LABEL_OPTIONAL)
    item.field.add(name="unit_price", number=2, type=FIELD.TYPE_INT64, label=FIELD.LABEL_OPTIONAL)
    cart = file.message_type.add(name="CartRequest")
    cart.field.add(
        name="items", number=1, type=FIELD.TYPE_MESSAGE, type_name=".shop.v1.Item", label=FIELD.LABEL_REPEATED
    )
    cart.field.add(name="fail_with", number=2, type=FIELD.TYPE_INT32, label=FIELD.LABEL_OPTIONAL)
    total = file.message_type.add(name="TotalReply")
    total.field.add(name="total", number=1, type=FIELD.TYPE_INT64, label=FIELD.LABEL_OPTIONAL)
    total.field.add(name="items", number=2, type=FIELD.TYPE_INT32, label=FIELD.LABEL_OPTIONAL)
    service = file.service.add(name="Cart")
    for name, streams in (("Total", False), ("Watch", True), ("Fail", False)):
        service.method.add(
            name=name,
            input_type=".shop.v1.CartRequest",
            output_type=".shop.v1.TotalReply",
            server_streaming=streams,
        )
    return file


def serve():
    pool = descriptor_pool.Default()
    pool.AddSerializedFile(describe().SerializeToString())
    message = lambda name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"shop.v1.{name}"))
    request, reply = message("CartRequest"), message("TotalReply")

    def echo(context):
        trace = [pair for pair in context.invocation_metadata() if pair.key == "x-trace"]
        context.set_trailing_metadata([(pair.key, pair.value) for pair in trace])

    def total(cart, context):
        echo(context)
        return reply(total=sum(item.unit_price for item in cart.items), items=len(cart.items))

    def watch(cart, context):
        echo(context)
        for count, item in enumerate(cart.items, start=1):
            yield reply(total=item.unit_price, items=count)

    def fail(cart, context):
        codes = {code.value[0]: code for code in grpc.StatusCode}
        context.abort(codes[cart.fail_with], "the cart is on fire: 100 %")

    options = {"request_deserializer": request.FromString, "response_serializer": reply.SerializeToString}
    handlers = {
        "Total": grpc.unary_unary_rpc_method_handler(total, **options),
        "Watch": grpc.unary_stream_rpc_method_handler(watch, **options),
        "Fail": grpc.unary_unary_rpc_method_handler(fail, **options),
    }
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=4), compression=grpc.Compression.Gzip)
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("shop.v1.Cart", handlers),))
    checks = health.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(checks, server)
    checks.set("", health_pb2.HealthCheckResponse.SERVING)
    checks.set("shop.v1.Cart", health_pb2.HealthCheckResponse.SERVING)
    checks.set("shop.v1.Stock", health_pb2.HealthCheckResponse.NOT_SERVING)
    reflection.enable_server_reflection(
        ("shop.v1.Cart", health.SERVICE_NAME, reflection.SERVICE_NAME), server
    )
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(json.dumps({"port": port}), flush=True)
    server.wait_for_termination()


serve()
