"""PyTorch, and numpy for products. Arguments: the digits' folder, how many threads."""
import json
import sys
import time

import numpy as np
import torch

folder, threads = sys.argv[1], int(sys.argv[2])
torch.set_num_threads(threads)
x = torch.from_numpy(np.fromfile(folder + "/x.bin", dtype=np.float32).reshape(-1, 784))
labels = torch.from_numpy(np.fromfile(folder + "/labels.bin", dtype=np.uint8).astype(np.int64))
nn = torch.nn


def large(relu, dropout):
    def hidden(inputs):
        return [nn.Linear(inputs, 1024)] + [nn.ReLU()] * relu + [nn.Dropout(0.5)] * dropout
    return nn.Sequential(*([nn.Dropout(0.2)] * dropout), *hidden(784), *hidden(1024), nn.Linear(1024, 10))


def training(network, size, optimizer, dense=False):
    # He's start, as in chainrule.
    for layer in network:
        if isinstance(layer, (nn.Linear, nn.Conv2d)):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)
    data = torch.rand(x.shape) * 2 - 1 if dense else x
    loss, count, at = nn.CrossEntropyLoss(), len(x) // size, [0]

    def step():
        i = at[0] % count
        at[0] += 1
        optimizer.zero_grad()
        value = loss(network(data[i * size:(i + 1) * size]), labels[i * size:(i + 1) * size])
        value.backward()
        optimizer.step()
        return value.item()
    return step


def trained(network, size, lr, momentum, dense=False):
    return training(network, size, torch.optim.SGD(network.parameters(), lr=lr, momentum=momentum), dense)


def convolving():
    return nn.Sequential(
        nn.Unflatten(1, (1, 28, 28)), nn.Conv2d(1, 8, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(256, 10))


def normalizing(normalizes):
    def hidden(inputs):
        return [nn.Linear(inputs, 512)] + [nn.BatchNorm1d(512)] * normalizes + [nn.ReLU()]
    return nn.Sequential(*hidden(784), *hidden(512), nn.Linear(512, 10))


def adapted(network, size, lr):
    return training(network, size, torch.optim.Adam(network.parameters(), lr=lr))


def predicting(network, size):
    network, at = network.eval(), [0]

    def step():
        i = at[0] % (len(x) // size)
        at[0] += 1
        with torch.no_grad():
            return network(x[i * size:(i + 1) * size])
    return step


def product(m, k, n):
    a, b = np.random.rand(m, k).astype(np.float32), np.random.rand(k, n).astype(np.float32)
    return lambda: a @ b


def layer2():
    h, dy = (np.random.rand(128, 1024).astype(np.float32) for _ in range(2))
    w = np.random.rand(1024, 1024).astype(np.float32)
    return lambda: (h @ w, h.T @ dy, dy @ w.T)


jobs = {
    "teach": lambda: trained(nn.Sequential(nn.Linear(784, 100), nn.ReLU(), nn.Linear(100, 10)), 32, 0.1, 0),
    "dropout": lambda: trained(large(True, True), 128, 0.01, 0.9),
    "plain": lambda: trained(large(True, False), 128, 0.01, 0.9),
    "dense": lambda: trained(large(False, False), 128, 1e-5, 0.9, True),
    "predict-1": lambda: predicting(large(True, True), 1),
    "predict-256": lambda: predicting(large(True, True), 256),
    "gemm-128": lambda: product(128, 784, 1024),
    "gemm-1024": lambda: product(1024, 1024, 1024),
    "layer-2": layer2,
    "conv": lambda: trained(convolving(), 32, 0.05, 0),
    "predict-conv": lambda: predicting(convolving(), 32),
    "sgd": lambda: trained(large(True, False), 128, 0.01, 0),
    "adam": lambda: adapted(large(True, False), 128, 0.001),
    "bare": lambda: trained(normalizing(False), 128, 0.01, 0),
    "batch-norm": lambda: trained(normalizing(True), 128, 0.01, 0),
}
ready = {}
for line in sys.stdin:
    order = json.loads(line)
    name, seconds = order["workload"], order["milliseconds"] / 1000
    if name not in jobs:
        print(json.dumps({"times": []}), flush=True)
        continue
    if name not in ready:
        ready[name] = jobs[name]()
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            ready[name]()
    step, times, until = ready[name], [], time.perf_counter() + seconds
    while not times or time.perf_counter() < until:
        start = time.perf_counter()
        step()
        times.append((time.perf_counter() - start) * 1000)
    print(json.dumps({"times": times, "note": "torch " + torch.__version__}), flush=True)
