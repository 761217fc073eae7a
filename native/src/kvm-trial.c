/*
 * Whether this machine runs virtual machines with its hardware: makes one whose one processor counts
 * down in 64-bit mode, as a guest's kernel would run, and then halts, and sees that it has done so. A
 * device that is there says nothing: where no hardware is behind it, the processor may never come back,
 * or be imitated step by step, so that an alarm ends the trial.
 *
 * Exit code 0: it did. 1: it did not; standard error says why in one line.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define PATIENCE_SECONDS 5
#define MEMORY (2u << 20)
#define KVM_VERSION 12 /* stable since Linux 2.6.22 */

static _Noreturn void fail(const char *what) {
    if (errno != 0) {
        fprintf(stderr, "%s: %s\n", what, strerror(errno));
    } else {
        fprintf(stderr, "%s\n", what);
    }
    exit(1);
}

static int call(int fd, unsigned long request, void *argument, const char *what) {
    int result = ioctl(fd, request, argument);
    if (result < 0) {
        fail(what);
    }
    return result;
}

#if defined(__x86_64__)
/* The tables of pages and the program lie in memory of 2 MiB, which one large page maps as it is. */
enum { LEVEL_4 = 0x1000, LEVEL_3 = 0x2000, LEVEL_2 = 0x3000, PROGRAM = 0x4000 };

/* Some 0.05 s on hardware; many times the patience for what imitates each step. */
static const unsigned char program[] = {
        0xb9, 0x00, 0x00, 0x00, 0x08, /* mov $0x8000000, %ecx */
        0xff, 0xc9,                   /* dec %ecx */
        0x75, 0xfc,                   /* jnz to dec */
        0xf4,                         /* hlt */
};

static void map_pages(unsigned char *memory) {
    const unsigned long present = 1, writable = 2, large = 0x80;
    *(unsigned long *)(memory + LEVEL_4) = LEVEL_3 | present | writable;
    *(unsigned long *)(memory + LEVEL_3) = LEVEL_2 | present | writable;
    *(unsigned long *)(memory + LEVEL_2) = 0 | present | writable | large;
}

static void point(int vcpu) {
    struct kvm_sregs special;
    call(vcpu, KVM_GET_SREGS, &special, "KVM_GET_SREGS");
    special.cr3 = LEVEL_4;
    special.cr4 |= 0x20;      /* PAE */
    special.cr0 = 0x80000001; /* paging, protection */
    special.efer = 0x500;     /* long mode: enabled, active */
    struct kvm_segment code = {.limit = 0xffffffff, .selector = 8, .type = 11, .present = 1,
                               .s = 1, .l = 1, .g = 1};
    struct kvm_segment data = code;
    data.type = 3;
    data.selector = 16;
    special.cs = code;
    special.ds = special.es = special.fs = special.gs = special.ss = data;
    call(vcpu, KVM_SET_SREGS, &special, "the virtual processor has no 64-bit mode");
    struct kvm_regs registers = {.rip = PROGRAM, .rflags = 2};
    call(vcpu, KVM_SET_REGS, &registers, "KVM_SET_REGS");
}

static void run(int kvm, int vm, unsigned char *memory) {
    map_pages(memory);
    memcpy(memory + PROGRAM, program, sizeof program);
    int vcpu = call(vm, KVM_CREATE_VCPU, NULL, "no virtual processor is made");
    int size = call(kvm, KVM_GET_VCPU_MMAP_SIZE, NULL, "KVM_GET_VCPU_MMAP_SIZE");
    struct kvm_run *state = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0);
    if (state == MAP_FAILED) {
        fail("the virtual processor's state cannot be read");
    }
    point(vcpu);
    call(vcpu, KVM_RUN, NULL, "the virtual processor does not run");
    if (state->exit_reason != KVM_EXIT_HLT) {
        errno = 0;
        fprintf(stderr, "the virtual processor came back for KVM's reason %u and not for its halt\n",
                state->exit_reason);
        exit(1);
    }
}
#else
/* What a processor of another kind is told first is not written here: that one can be made has to do. */
static void run(int kvm, int vm, unsigned char *memory) {
    (void)kvm;
    (void)memory;
    call(vm, KVM_CREATE_VCPU, NULL, "no virtual processor is made");
}
#endif

static void give_up(int signal) {
    (void)signal;
    static const char why[] =
            "a virtual machine of /dev/kvm hangs, as it does without virtualisation by hardware\n";
    ssize_t written = write(STDERR_FILENO, why, sizeof why - 1);
    _exit(written < 0 ? 2 : 1);
}

int main(void) {
    struct sigaction on_alarm = {.sa_handler = give_up};
    sigaction(SIGALRM, &on_alarm, NULL);
    alarm(PATIENCE_SECONDS);
    int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
    if (kvm < 0) {
        fail("/dev/kvm");
    }
    if (call(kvm, KVM_GET_API_VERSION, NULL, "/dev/kvm is none of KVM's") != KVM_VERSION) {
        errno = 0;
        fail("/dev/kvm speaks another version of KVM's interface");
    }
    int vm = call(kvm, KVM_CREATE_VM, NULL, "no virtual machine is made");
    unsigned char *memory = mmap(NULL, MEMORY, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        fail("memory");
    }
    struct kvm_userspace_memory_region region = {
            .memory_size = MEMORY, .userspace_addr = (unsigned long)memory};
    call(vm, KVM_SET_USER_MEMORY_REGION, &region, "the virtual machine gets no memory");
    run(kvm, vm, memory);
    return 0;
}
