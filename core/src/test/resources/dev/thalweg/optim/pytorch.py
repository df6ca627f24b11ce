"""Writes pytorch.txt, the numbers that FirstOrderTest, MuonTest, SoapTest and ScheduleTest compare with.

    pip install torch==2.13.0 && python pytorch.py > pytorch.txt

A line is a name and what PyTorch gave in float64. Rules: five parameters after each of twelve
steps, one step after the other; gradients flip their sign at every step, one is always zero, one
always the same, and the learning rate drops tenfold after six. Matrices: the same with all of
their elements, row by row. Schedules: the learning rate at each step, from base 1.

The lines of SOAP are written where the authors' program lies beside this one, `soap.py` of
https://github.com/nikhilvyas/SOAP at a1e5535. It computes in float32.
"""

import torch
from torch import optim
from torch.optim import SGD
from torch.optim import lr_scheduler as s

STEPS = 12
START = [1.5, -0.75, 0.0, 0.125, -2.0]
FLIPPING = [1.0, -2.0, 0.0, 0.0, 3.0]
STEADY = [0.25, 0.125, 0.0, -1.0, 0.0]


def gradient(t):
    return tensor([(-1) ** t * (1 + t % 3) / 4 * f + s for f, s in zip(FLIPPING, STEADY)])


def tensor(values):
    return torch.tensor(values, dtype=torch.float64)


def show(name, values):
    print(name, *(repr(float(v)) for v in values))


def rule(name, clip=None, kind=SGD, **settings):
    theta = torch.nn.Parameter(tensor(START))
    optimizer = kind([theta], lr=0.1, **settings)
    values = []
    for t in range(STEPS):
        optimizer.param_groups[0]["lr"] = 0.1 if t < 6 else 0.01
        theta.grad = gradient(t)
        if clip:
            clip([theta])
        optimizer.step()
        values += theta.detach().tolist()
    show(name, values)


def schedule(name, make, steps):
    optimizer = SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    scheduler = make(optimizer)
    values = []
    for _ in range(steps):
        values.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    show(name, values)


rule("sgd")
rule("sgd-decay", weight_decay=0.3)
rule("momentum", momentum=0.9)
rule("momentum-decay", momentum=0.9, weight_decay=0.3)
rule("momentum-dampening", momentum=0.9, dampening=0.4)
rule("nesterov", momentum=0.9, nesterov=True)
rule("nesterov-decay", momentum=0.9, nesterov=True, weight_decay=0.3)
rule("nesterov-by-value", momentum=0.9, nesterov=True, clip=lambda p: torch.nn.utils.clip_grad_value_(p, 0.375))
rule("nesterov-by-norm", momentum=0.9, nesterov=True, clip=lambda p: torch.nn.utils.clip_grad_norm_(p, 0.75))

rule("adagrad", kind=optim.Adagrad)
rule("adagrad-decay", kind=optim.Adagrad, eps=1e-2, initial_accumulator_value=0.5, weight_decay=0.3)
rule("adadelta", kind=optim.Adadelta)
rule("adadelta-decay", kind=optim.Adadelta, eps=1e-2, weight_decay=0.3)
rule("rmsprop", kind=optim.RMSprop)
rule("rmsprop-centred", kind=optim.RMSprop, alpha=0.9, eps=1e-2, centered=True, weight_decay=0.3)
rule("rmsprop-momentum", kind=optim.RMSprop, alpha=0.9, eps=1e-2, momentum=0.9)
rule("rmsprop-both", kind=optim.RMSprop, alpha=0.9, eps=1e-2, centered=True, momentum=0.9, weight_decay=0.3)
rule("adam", kind=optim.Adam)
like_adam = {"betas": (0.8, 0.95), "eps": 1e-2, "weight_decay": 0.3}
rule("adam-decay", kind=optim.Adam, **like_adam)
rule("amsgrad", kind=optim.Adam, amsgrad=True, **like_adam)
rule("adamw", kind=optim.AdamW, **like_adam)
rule("adamax", kind=optim.Adamax, **like_adam)
rule("nadam", kind=optim.NAdam, **like_adam)
rule("radam", kind=optim.RAdam, **like_adam)



def matrix_start(rows, columns):
    return [[((5 * i + 2 * j) % 7 - 3) / 4 for j in range(columns)] for i in range(rows)]


def matrix_gradient(rows, columns, t):
    return [
        [(-1) ** t * ((7 * i * i + 3 * j + i * j * t + 5 * t) % 11 - 5) / 8 + (i == j) for j in range(columns)]
        for i in range(rows)
    ]


def matrix(name, rows, columns, kind, dtype=torch.float64, steps=STEPS, **settings):
    theta = torch.nn.Parameter(torch.tensor(matrix_start(rows, columns), dtype=dtype))
    optimizer = kind([theta], lr=0.1, **settings)
    values = []
    for t in range(steps):
        optimizer.param_groups[0]["lr"] = 0.1 if t < 6 else 0.01
        theta.grad = torch.tensor(matrix_gradient(rows, columns, t), dtype=dtype)
        optimizer.step()
        values += theta.detach().flatten().tolist()
    show(name, values)


MUON = {"kind": optim.Muon, "momentum": 0.9, "weight_decay": 0.3}


def muon(suffix):
    matrix("muon-3x4" + suffix, 3, 4, **MUON)
    matrix("muon-5x2" + suffix, 5, 2, **MUON)
    matrix("muon-1x6" + suffix, 1, 6, nesterov=False, **MUON)
    matrix("muon-4x4" + suffix, 4, 4, adjust_lr_fn="match_rms_adamw", ns_steps=3, **MUON)


muon("-bf16")
bfloat16 = torch.Tensor.bfloat16
torch.Tensor.bfloat16 = lambda self: self.clone()  # PyTorch's own arithmetic, in float64
muon("")
torch.Tensor.bfloat16 = bfloat16

try:
    from soap import SOAP
except ImportError:
    pass
else:
    AUTHORS = {"kind": SOAP, "dtype": torch.float32, "betas": (0.8, 0.9), "precondition_frequency": 3, "weight_decay": 0}
    matrix("soap-4x4", 4, 4, **AUTHORS)
    matrix("soap-5x2-short-side", 5, 2, max_precond_dim=2, eps=1e-2, **AUTHORS)
    matrix("soap-3x4-short-side", 3, 4, max_precond_dim=3, shampoo_beta=0.5, **AUTHORS)

schedule("step", lambda o: s.StepLR(o, 3, 0.5), 12)
schedule("multistep", lambda o: s.MultiStepLR(o, [2, 5, 6], 0.1), 12)
schedule("exponential", lambda o: s.ExponentialLR(o, 0.8), 12)
schedule("polynomial", lambda o: s.PolynomialLR(o, 10, 2.0), 13)
schedule("cosine", lambda o: s.CosineAnnealingLR(o, 10, 0.1), 11)
schedule("restarts", lambda o: s.CosineAnnealingWarmRestarts(o, 3, 2, 0.05), 24)
schedule("restarts-even", lambda o: s.CosineAnnealingWarmRestarts(o, 4, 1, 0.0), 12)
schedule("onecycle", lambda o: s.OneCycleLR(o, 1.0, total_steps=17, cycle_momentum=False), 17)
schedule(
    "warmup-cosine",
    lambda o: s.SequentialLR(o, [s.LinearLR(o, 0.25, total_iters=4), s.CosineAnnealingLR(o, 8)], [4]),
    12,
)
